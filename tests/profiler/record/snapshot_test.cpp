// SPDX-License-Identifier: Apache-2.0
//
// Merging of rows, compared with a std::map from site and peak to sums.
#include "profiler/record/snapshot.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>
#include <tuple>

namespace bucketprof::record {
namespace {

using RowKey = std::tuple<std::uint32_t, bool, std::uint64_t>;
using Sums = std::array<std::uint64_t, 6>;

Sums sums(const Row& row) {
  return {row.allocs, row.inuse, row.alloc_slack, row.inuse_slack, row.kept, row.kept_slack};
}

TEST(MergeRows, AddsEqualKeysAndSorts) {
  std::mt19937_64 random(1);
  for (const int count : {0, 1, 2, 100, 20'000}) {
    Arena arena;
    Rows rows(arena);
    std::map<RowKey, Sums> model;
    for (int i = 0; i < count; ++i) {
      const bool has_peak = random() % 2 == 0;
      const Row row{.site = static_cast<std::uint32_t>(1 + random() % 100),
                    .has_peak = has_peak,
                    .peak = has_peak ? random() % 20 : 0,
                    .allocs = random() % 100,
                    .inuse = random() % 100,
                    .alloc_slack = random() % 1000,
                    .inuse_slack = random() % 1000,
                    .kept = random() % 100,
                    .kept_slack = random() % 100};
      ASSERT_TRUE(rows.push_back(row));
      Sums& sum = model[{row.site, row.has_peak, row.peak}];
      for (std::size_t s = 0; s < sum.size(); ++s) sum[s] += sums(row)[s];
    }
    merge_rows(rows);
    ASSERT_EQ(rows.size(), model.size());
    auto expected = model.begin();
    for (const Row& row : rows.span()) {
      ASSERT_EQ((RowKey{row.site, row.has_peak, row.peak}), expected->first);
      ASSERT_EQ(sums(row), expected->second);
      ++expected;
    }
  }
}

}  // namespace
}  // namespace bucketprof::record
