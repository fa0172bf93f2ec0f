// SPDX-License-Identifier: Apache-2.0
//
// Sums of sample values, and the order of rows by these sums.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "profiler/base/saturating.h"
#include "profiler/model/schema.h"

namespace bucketprof::facts {

struct Amounts {
  std::array<std::int64_t, model::kSampleTypeCount> of{};  // by model::SampleType; 0 if the profile lacks the type
  std::int64_t weight = 0;                                 // of the default sample type; in our profiles inuse_space
};

inline void add(Amounts& sum, const Amounts& more) {
  for (std::size_t i = 0; i < sum.of.size(); ++i) add_saturated(sum.of[i], more.of[i]);
  add_saturated(sum.weight, more.weight);
}

/// Whether `a` comes before `b`: larger weight first, then more bytes ever allocated.
[[nodiscard]] inline bool heavier(const Amounts& a, const Amounts& b) {
  return std::pair(a.weight, a.of[model::kAllocSpace]) > std::pair(b.weight, b.of[model::kAllocSpace]);
}

/// Sorts rows by heavier(); rows that are equal in it are sorted by `name(row)`, so that the order is deterministic.
template <class T, class Name>
void sort_by_weight(std::vector<T>& rows, const Name& name) {
  std::sort(rows.begin(), rows.end(), [&name](const T& a, const T& b) {
    if (heavier(a.amounts, b.amounts) || heavier(b.amounts, a.amounts)) return heavier(a.amounts, b.amounts);
    return name(a) < name(b);
  });
}

}  // namespace bucketprof::facts
