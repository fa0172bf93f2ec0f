// SPDX-License-Identifier: Apache-2.0
//
// Sums of sample values, and the order of rows by them. Thread-safe (no state).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "profiler/model/schema.h"

namespace bucketprof::analyze {

struct Amounts {
  std::array<std::int64_t, model::kSampleTypeCount> of{};  // by model::SampleType; 0 where the profile lacks the type
  std::int64_t weight = 0;                                 // of the default sample type; in our profiles inuse_space
};

/// A file may hold any numbers: a sum beyond 64 bits stays at the limit.
inline void add(std::int64_t& sum, std::int64_t more) {
  using Limits = std::numeric_limits<std::int64_t>;
  if (__builtin_add_overflow(sum, more, &sum)) sum = more < 0 ? Limits::min() : Limits::max();
}
inline void add(Amounts& sum, const Amounts& more) {
  for (std::size_t i = 0; i < sum.of.size(); ++i) add(sum.of[i], more.of[i]);
  add(sum.weight, more.weight);
}

/// Whether a row comes before another: by weight, then by bytes ever allocated.
[[nodiscard]] inline bool heavier(const Amounts& a, const Amounts& b) {
  return std::pair(a.weight, a.of[model::kAllocSpace]) > std::pair(b.weight, b.of[model::kAllocSpace]);
}

/// `name` of a row makes the order complete.
template <class T, class Name>
void sort_by_weight(std::vector<T>& rows, const Name& name) {
  std::sort(rows.begin(), rows.end(), [&name](const T& a, const T& b) {
    if (heavier(a.amounts, b.amounts) || heavier(b.amounts, a.amounts)) return heavier(a.amounts, b.amounts);
    return name(a) < name(b);
  });
}

}  // namespace bucketprof::analyze
