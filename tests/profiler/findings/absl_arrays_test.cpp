// SPDX-License-Identifier: Apache-2.0
//
// From the blocks that tables of each layout allocate, the sizes of all their arrays follow.
#include "profiler/findings/absl_arrays.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace bucketprof::findings {
namespace {

using hashmap::Cause;
using tables::AbslArrays;
using tables::AbslLayout;
using tables::Kind;

SeenArray seen(const AbslArrays& arrays, const AbslArrays::Array& array, Cause cause) {
  return {.slots = static_cast<std::int64_t>(array.slots),
          .bytes = static_cast<std::int64_t>(arrays.bytes(array)),
          .entry_bytes = static_cast<std::int64_t>(arrays.slot_bytes),
          .cause = cause};
}

/// The arrays of a table that grew to `slots` slots.
std::vector<SeenArray> grown(const AbslArrays& arrays, std::uint64_t slots) {
  std::vector<SeenArray> all;
  for (std::uint64_t at = arrays.first_slots(); at <= slots; at = AbslArrays::next_slots(at)) {
    all.push_back(seen(arrays, {at, 0}, all.empty() ? Cause::kFirstInsert : Cause::kRehash));
  }
  return all;
}

template <class Use>
void for_all_layouts(Use use) {
  for (AbslLayout layout = AbslLayout::k20220623; layout <= AbslLayout::k20260817; layout = next(layout)) {
    for (const auto& [slot, alignment] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{{1, 1},
                                                                                              {2, 1},
                                                                                              {3, 1},
                                                                                              {4, 4},
                                                                                              {8, 8},
                                                                                              {12, 4},
                                                                                              {16, 8},
                                                                                              {24, 8},
                                                                                              {40, 8},
                                                                                              {64, 64},
                                                                                              {96, 32},
                                                                                              {300, 4}}) {
      for (const std::uint64_t width : {8, 16}) use(AbslArrays{slot, alignment, {layout}, width});
    }
  }
}

TEST(AbslArrays, OfAGrownTableAreAllKnown) {
  for_all_layouts([](const AbslArrays& arrays) {
    const std::vector<SeenArray> all = grown(arrays, 1023);
    const auto found = absl_arrays_of(Kind::kAbslFlat, all);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->slot_bytes, arrays.slot_bytes);
    EXPECT_EQ(found->first_slots(), arrays.first_slots());
    for (const SeenArray& array : all) EXPECT_EQ(found->bytes(array.slots), static_cast<std::uint64_t>(array.bytes));
    // Those that it has not seen are off by the bytes before the control bytes, if at all.
    EXPECT_NEAR(static_cast<double>(found->bytes(65'535)), static_cast<double>(arrays.bytes(65'535)), 16);
  });
}

TEST(AbslArrays, OfAReservedTableAreNearlyKnown) {
  for_all_layouts([](const AbslArrays& arrays) {
    for (const std::uint64_t entries : {20, 100, 1000, 100'000}) {
      const std::uint64_t slots = arrays.slots_for(entries);
      const AbslArrays::Array array{slots, std::min(arrays.most_blocked(slots), arrays.limit(slots) - entries)};
      const std::vector<SeenArray> one{seen(arrays, array, Cause::kHint)};
      const auto found = absl_arrays_of(Kind::kAbslFlat, one);
      ASSERT_TRUE(found) << entries << " " << arrays.slot_bytes;
      EXPECT_NEAR(static_cast<double>(found->bytes(slots)) / static_cast<double>(arrays.bytes(slots)), 1, 0.2);
      EXPECT_GE(found->slot_bytes, arrays.slot_bytes);
    }
  });
}

TEST(AbslArrays, OfNodeTablesHavePointers) {
  for (AbslLayout layout = AbslLayout::k20220623; layout <= AbslLayout::k20260817; layout = next(layout)) {
    const AbslArrays arrays{8, 8, {layout}, 16};
    std::vector<SeenArray> all = grown(arrays, 511);
    for (SeenArray& array : all) array.entry_bytes = 0;
    const auto found = absl_arrays_of(Kind::kAbslNode, all);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->slot_bytes, 8U);
    EXPECT_EQ(found->bytes(511), arrays.bytes(511));
  }
  const std::vector<SeenArray> flat{{.slots = 127, .bytes = 2176}};
  EXPECT_FALSE(absl_arrays_of(Kind::kAbslNode, flat));
}

TEST(AbslArrays, OfPhmapHaveAByteMore) {
  const AbslArrays arrays{3, 1, tables::kPhmapVersion, 16};
  const std::vector<SeenArray> all = grown(arrays, 511);
  for (const Kind kind : {Kind::kPhmapFlat, Kind::kGtlFlat}) {
    const auto found = absl_arrays_of(kind, all);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->slot_bytes, 3U);
    EXPECT_EQ(found->bytes(1023), 1023 + 17 + 3 * 1023U);
  }
}

// A file may contain any numbers.
TEST(AbslArrays, OfNonsenseAreNone) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  EXPECT_FALSE(absl_arrays_of(Kind::kAbslFlat, {}));
  for (const SeenArray& array : std::vector<SeenArray>{{.slots = 14, .bytes = 100},
                                                       {.slots = 15, .bytes = 10},
                                                       {.slots = 15, .bytes = 31},
                                                       {.slots = 15, .bytes = -5},
                                                       {.slots = kMost, .bytes = kMost},
                                                       {.slots = -1, .bytes = kMost},
                                                       {.slots = 0, .bytes = 0}}) {
    EXPECT_FALSE(absl_arrays_of(Kind::kAbslFlat, {&array, 1})) << array.bytes << " " << array.slots;
  }
  const std::vector<SeenArray> mixed{
      {.slots = 127, .bytes = 2176}, {.slots = 63, .bytes = -1}, {.slots = 7, .bytes = 7}};
  EXPECT_TRUE(absl_arrays_of(Kind::kAbslFlat, mixed));
}

}  // namespace
}  // namespace bucketprof::findings
