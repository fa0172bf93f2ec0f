// SPDX-License-Identifier: Apache-2.0
//
// Programs with one mistake each, and their healthy twins. The line of a mistake ends in a comment `planted: NAME`,
// which the test looks for. Not for use from several threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/programs/steady_map.h"

namespace planted {

using Number = std::uint64_t;
using Table = bucketprof::programs::SteadyMap<Number, Number>;

/// How a program runs: with its mistake, without it, or with the argument that the advice gives for reserve().
struct Choice {
  bool healthy = false;
  std::size_t reserve = 0;  // the argument of its reserve(); 0: it has none
};

/// Tables that live until the program ends.
template <class T>
std::vector<T>& kept() {
  static auto* const tables = new std::vector<T>;  // never destroyed: in use when the profile is written
  return *tables;
}

inline void insert(Table& table, Number entries) {
  for (Number i = 0; i < entries; ++i) table[i * 7919] = i;
}

void over_preallocated(const Choice& choice);
void never_used(const Choice& choice);
void temporary(const Choice& choice);
void templated(const Choice& choice);
void grown_in_steps(const Choice& choice);
void reserved_too_little(const Choice& choice);
void emptied(const Choice& choice);
void overflow_heavy(const Choice& choice);
void same_size_growth(const Choice& choice);
void many_tiny(const Choice& choice);
void in_library(const Choice& choice);  // in a shared library of its own

}  // namespace planted
