// SPDX-License-Identifier: Apache-2.0
//
// What holds for every family, and the numbers of each. That they are those of the containers is checked where these
// are run: tests/profiler/alloc/infer*_test.cpp and tests/profiler/findings/growth_rule*_test.cpp.
#include "profiler/tables/slots.h"

#include "profiler/tables/dense.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <type_traits>

namespace bucketprof::tables {
namespace {

/// Whether an array of a family with these sizes follows from its bytes and slots, and from growth, up to 2^24 slots.
template <class Family>
void agrees_with_itself(const Family& family) {
  for (std::uint64_t slots = family.first_slots(); slots < (1U << 24U); slots = family.next_slots(slots)) {
    const std::uint64_t bytes = family.bytes(slots);
    const auto found = Family::of(bytes, slots);
    ASSERT_TRUE(found) << slots;
    EXPECT_EQ(found->bytes(slots), bytes) << slots;
    const std::uint64_t limit = family.limit(slots);
    EXPECT_LE(limit, slots);
    EXPECT_GT(limit, 0U) << slots;
    EXPECT_GT(family.next_slots(slots), slots);
    EXPECT_GE(family.limit(family.slots_for(limit)), limit) << slots;
    EXPECT_GT(family.limit(family.next_slots(slots)), limit) << slots;
    EXPECT_GT(family.slots_for(limit + 1), slots);
  }
}

TEST(Slots, FamiliesAgreeWithThemselves) {
  agrees_with_itself(StdNodeArrays{});
  agrees_with_itself(BoostNodeArrays{});
  agrees_with_itself(LibcxxNodeArrays{});
  for (const std::uint64_t bytes : {8, 16, 40, 264}) {
    agrees_with_itself(RobinArrays{bytes + 8});
    agrees_with_itself(BoostArrays{bytes});
    agrees_with_itself(F14Arrays{bytes});
    agrees_with_itself(HashbrownArrays{bytes});
    agrees_with_itself(TslArrays{bytes + 8});
    agrees_with_itself(GoMapArrays{bytes * 8 + 16});
  }
}

// The slots of a block are inferred from its request alone.
TEST(Slots, OfBoostFollowFromTheElements) {
  for (std::uint64_t slot = 1; slot <= 300; ++slot) {
    for (std::uint64_t groups = 2; groups < (1U << 20U); groups *= 2) {
      const std::uint64_t bytes = slot * (groups * 15 - 1) + 16 * (groups + 1) - 1;
      ASSERT_EQ(BoostArrays{slot}.slots((bytes + slot - 1) / slot), groups * 15 - 1) << slot << " " << groups;
    }
  }
}

// Names of functions do not tell a table's array from its second block.
TEST(Slots, OfBoostsNodesFollowFromTheBytes) {
  for (const std::uint64_t slots : BoostNodeArrays::kPrimes) {
    if (slots >> 35U != 0) break;  // terabytes
    EXPECT_EQ(BoostNodeArrays::slots_of(BoostNodeArrays::bytes(slots)), slots);
    EXPECT_EQ(BoostNodeArrays::slots_of(BoostNodeArrays::companion_bytes(slots)), 0U) << slots;
    EXPECT_EQ(BoostNodeArrays::slots_of(BoostNodeArrays::bytes(slots) + 1), 0U);
  }
  EXPECT_EQ(BoostNodeArrays::slots_of(0), 0U);
  EXPECT_EQ(BoostNodeArrays::slots_of(8), 0U);
}

// As folly allocates for reserve(): one chunk of what was asked for, or 2^k chunks.
TEST(Slots, OfF14FollowFromTheBytes) {
  const F14Arrays words{8};
  EXPECT_EQ(words.bytes(2), 32U);
  EXPECT_EQ(words.slots(32), 2U);
  EXPECT_EQ(words.slots(64), 6U);
  EXPECT_EQ(words.slots(128), 14U);
  EXPECT_EQ(words.slots_for(1000), 1536U);
  EXPECT_EQ(words.slots(128 * 128), 1536U);
  EXPECT_EQ(words.slots(128 * 127), 0U);
  const F14Arrays pairs{16};
  EXPECT_EQ(pairs.bytes(14), 16U + 14 * 16);
  EXPECT_EQ(pairs.bytes(24), 2 * 256U);  // a chunk is padded to 256 bytes
  EXPECT_EQ(F14Arrays{4}.bytes(20), 2 * 64U);
  EXPECT_EQ(F14Arrays{1}.slots(32), 0U);  // 2, 6 or 14
  std::uint64_t slots = F14Arrays::first_slots();
  for (const std::uint64_t next : {6, 14, 24, 48, 96}) {
    slots = words.next_slots(slots);
    EXPECT_EQ(slots, next);
  }
}

TEST(Slots, OfEachKind) {
  const auto first = [](Kind kind) {
    return with_family(
        kind, []<class Family>(std::type_identity<Family>) { return Family{}.first_slots(); }, std::uint64_t{0});
  };
  const auto limit = [](Kind kind, std::uint64_t slots) {
    return with_family(
        kind, [slots]<class Family>(std::type_identity<Family>) { return Family{}.limit(slots); }, std::uint64_t{0});
  };
  EXPECT_EQ(first(Kind::kGoMap), 8U);
  EXPECT_EQ(first(Kind::kStdNode), 13U);
  EXPECT_EQ(first(Kind::kBoostNode), 13U);
  EXPECT_EQ(first(Kind::kBoostOpenNode), 29U);
  EXPECT_EQ(first(Kind::kTslHopscotch), 2U);
  EXPECT_EQ(first(Kind::kTslRobin), 2U);
  EXPECT_EQ(first(Kind::kPmr), 0U);
  EXPECT_EQ(first(Kind::kAbslFlat), 0U);  // depends on the release (absl_test.cpp)
  EXPECT_EQ(limit(Kind::kGoMap, 16), 13U);
  EXPECT_EQ(limit(Kind::kStdNode, 29), 29U);
  EXPECT_EQ(limit(Kind::kBoostFlat, 29), 29U);
  EXPECT_EQ(limit(Kind::kBoostFlat, 59), 51U);
  EXPECT_EQ(limit(Kind::kTslHopscotch, 64), 57U);
  EXPECT_EQ(limit(Kind::kTslRobin, 64), 32U);
  EXPECT_EQ(limit(Kind::kRustHashbrown, 64), 56U);
}

// Numbers of libc++ 16 (scripts/check_containers).
TEST(Slots, OfLibcxxsTables) {
  std::uint64_t slots = LibcxxNodeArrays::first_slots();
  for (const std::uint64_t next : {5, 11, 23, 47, 97, 197, 397, 797, 1597, 3203}) {
    slots = LibcxxNodeArrays::next_slots(slots);
    EXPECT_EQ(slots, next);
  }
  EXPECT_EQ(LibcxxNodeArrays::slots_for(64), 64U);
  EXPECT_EQ(LibcxxNodeArrays::next_slots(64), 128U);
  EXPECT_EQ(LibcxxNodeArrays::slots_for(65), 67U);
  EXPECT_FALSE(LibcxxNodeArrays::of(8 * 66, 66));
}

// Numbers of ankerl::unordered_dense 4.9 (scripts/check_containers).
TEST(Slots, OfDenseTables) {
  EXPECT_EQ(DenseArrays::limit(4), 3U);
  EXPECT_EQ(DenseArrays::limit(8), 6U);
  EXPECT_EQ(DenseArrays::limit(16), 12U);
  EXPECT_EQ(DenseArrays::limit(1024), 819U);
}

}  // namespace
}  // namespace bucketprof::tables
