// SPDX-License-Identifier: Apache-2.0
//
// What holds for every family, and the numbers of each. That they are those of the containers is checked where these
// are run: tests/profiler/alloc/infer*_test.cpp and tests/profiler/findings/growth_rule*_test.cpp.
#include "profiler/tables/slots.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace bucketprof::tables {
namespace {

/// Whether an array of a family with these sizes follows from its bytes and slots, and from growth, up to 2^24 slots.
template <class Family>
void agrees_with_itself(const Family& family) {
  for (std::uint64_t slots = Family::kFirstSlots; slots < (1U << 24U); slots = family.next_slots(slots)) {
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
  for (const std::uint64_t bytes : {8, 16, 40, 264}) {
    agrees_with_itself(AbslArrays{bytes});
    agrees_with_itself(BoostArrays{bytes});
    agrees_with_itself(TslArrays{bytes + 8});
    agrees_with_itself(GoMapArrays{bytes * 8 + 16});
  }
}

// The slots of a block are inferred from its request alone.
TEST(Slots, OfAbslFollowFromTheBytes) {
  for (std::uint64_t slot = 1; slot <= 300; ++slot) {
    for (const std::uint64_t alignment : {1, 4, 8, 16, 64}) {
      if (slot % alignment != 0) continue;
      const auto up = [alignment](std::uint64_t n) { return (n + alignment - 1) / alignment * alignment; };
      for (std::uint64_t capacity = 1; capacity < (1U << 20U); capacity = capacity * 2 + 1) {
        ASSERT_EQ((AbslArrays{slot, alignment}.slots(up(up(capacity + 16) + capacity * slot))), capacity)
            << slot << " " << alignment;
      }
    }
  }
}

TEST(Slots, OfBoostFollowFromTheElements) {
  for (std::uint64_t slot = 1; slot <= 300; ++slot) {
    for (std::uint64_t groups = 2; groups < (1U << 20U); groups *= 2) {
      const std::uint64_t bytes = slot * (groups * 15 - 1) + 16 * (groups + 1) - 1;
      ASSERT_EQ(BoostArrays{slot}.slots((bytes + slot - 1) / slot), groups * 15 - 1) << slot << " " << groups;
    }
  }
}

TEST(Slots, OfEachKind) {
  EXPECT_EQ(first_slots(Kind::kGoMap), 8U);
  EXPECT_EQ(first_slots(Kind::kStdNode), 13U);
  EXPECT_EQ(first_slots(Kind::kBoostNode), 13U);
  EXPECT_EQ(first_slots(Kind::kAbslNode), 1U);
  EXPECT_EQ(first_slots(Kind::kBoostOpenNode), 29U);
  EXPECT_EQ(first_slots(Kind::kTslHopscotch), 2U);
  EXPECT_EQ(first_slots(Kind::kPmr), 8U);
  EXPECT_EQ(usable_slots(Kind::kGoMap, 16), 13U);
  EXPECT_EQ(usable_slots(Kind::kStdNode, 29), 29U);
  EXPECT_EQ(usable_slots(Kind::kAbslFlat, 1023), 896U);
  EXPECT_EQ(usable_slots(Kind::kBoostFlat, 29), 29U);
  EXPECT_EQ(usable_slots(Kind::kBoostFlat, 59), 51U);
  EXPECT_EQ(usable_slots(Kind::kTslHopscotch, 64), 57U);
  EXPECT_EQ(usable_slots(Kind::kPmr, 64), 64U);
}

}  // namespace
}  // namespace bucketprof::tables
