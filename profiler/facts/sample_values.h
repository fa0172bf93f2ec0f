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

struct SampleValues {
  std::array<std::int64_t, model::kSampleTypeCount> values{};  // by model::SampleType; 0 if the profile lacks the type
  std::int64_t weight = 0;  // of the default sample type; in our profiles inuse_space
};

inline void add(SampleValues& sum, const SampleValues& more) {
  for (std::size_t i = 0; i < sum.values.size(); ++i) add_saturated(sum.values[i], more.values[i]);
  add_saturated(sum.weight, more.weight);
}

/// Whether `a` comes before `b`: larger weight first, then more bytes ever allocated.
[[nodiscard]] inline bool heavier(const SampleValues& a, const SampleValues& b) {
  return std::pair(a.weight, a.values[model::kAllocSpace]) > std::pair(b.weight, b.values[model::kAllocSpace]);
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
