// SPDX-License-Identifier: Apache-2.0
//
// Peaks stay exact at sites with few different ones, and are rounded at the others; sums stay the same.
#include "profiler/record/peaks.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <utility>

#include "profiler/base/arena.h"
#include "profiler/record/slack.h"

namespace bucketprof::record {
namespace {

TEST(Peaks, AreExactIfFewAndRoundedIfMany) {
  Arena arena;
  Sites sites(arena);
  const auto site = [&sites](std::uint64_t bytes) {
    return sites.intern({.type_name = "t", .bytes = bytes, .stack = 1, .kind = tables::Kind::kStdNode})->number;
  };
  const std::uint32_t few = site(8);
  const std::uint32_t many = site(16);
  Looks looks(arena);
  Rows rows(arena);
  const auto add = [&rows](std::uint32_t at, std::uint64_t peak) {
    ASSERT_TRUE(rows.push_back({.site = at, .has_peak = true, .peak = peak, .allocs = 1, .inuse = 1}));
  };
  for (std::uint64_t i = 0; i < kExactPeaks; ++i) {
    add(few, 1001 + i);
    add(few, 1001 + i);
  }
  for (std::uint64_t i = 0; i <= kExactPeaks; ++i) add(many, 1001 + i);
  merge_and_round(rows, sites, looks);
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::uint64_t> found;
  for (const Row& row : rows.span()) found[{row.site, row.peak}] += row.allocs;
  for (std::uint64_t i = 0; i < kExactPeaks; ++i) EXPECT_EQ((found[{few, 1001 + i}]), 2U);
  EXPECT_EQ((found[{many, 1024}]), 24U);
  EXPECT_EQ((found[{many, 1088}]), kExactPeaks + 1 - 24);
  EXPECT_EQ(found.size(), kExactPeaks + 2);
}

TEST(Peaks, LooksAreExactIfFewAndRoundedIfMany) {
  Arena arena;
  Sites sites(arena);
  Looks looks(arena);
  const std::uint32_t few = sites.intern({.type_name = {}, .bytes = 8, .stack = 1})->number;
  const std::uint32_t many = sites.intern({.type_name = {}, .bytes = 16, .stack = 1})->number;
  Rows rows(arena);
  const auto add = [&](std::uint32_t at, std::uint64_t full) {
    const layout::Look look{
        .layout = layout::Layout::kAbsl, .slot_bytes = 8, .slots = 1039, .full = full, .deleted = full - 1000};
    ASSERT_TRUE(rows.push_back({.site = at, .look = looks.intern(look), .allocs = 1}));
  };
  for (std::uint64_t i = 0; i < kExactPeaks; ++i) {
    add(few, 1001 + i);
    add(few, 1001 + i);
  }
  for (std::uint64_t i = 0; i <= kExactPeaks; ++i) add(many, 1001 + i);
  merge_and_round(rows, sites, looks);
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::uint64_t> found;
  for (const Row& row : rows.span()) found[{row.site, looks[row.look].full}] += row.allocs;
  for (std::uint64_t i = 0; i < kExactPeaks; ++i) EXPECT_EQ((found[{few, 1001 + i}]), 2U);
  EXPECT_EQ((found[{many, 1024}]), 24U);
  EXPECT_EQ((found[{many, 1039}]), kExactPeaks + 1 - 24) << "no more than there are slots";
  EXPECT_EQ(found.size(), kExactPeaks + 2);
}

}  // namespace
}  // namespace bucketprof::record
