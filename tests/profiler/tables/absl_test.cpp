// SPDX-License-Identifier: Apache-2.0
//
// The layouts of absl's arrays, with numbers that the tables of each release gave (g++, x86-64, groups of 16).
// scripts/check_containers compares the rules with whole releases.
#include "profiler/tables/absl.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

namespace bucketprof::tables {
namespace {

struct Row {
  AbslLayout layout;
  std::uint64_t slot_bytes;
  std::uint64_t alignment;
  std::uint64_t slots;
  std::uint64_t reserved;  // the argument of reserve(); 0: the table grew
  std::uint64_t bytes;
};

using enum AbslLayout;

// Release, bytes and alignment of a slot; then arrays: slots and bytes while the table grows from empty, and argument
// of reserve(), slots and bytes.
constexpr const char* kNumbers = R"(
20220623 1 1: 1 18, 15 46, 127 270, 5 7 30, 9 15 46, 20 31 78, 60 127 270, 100 127 270
20220623 3 1: 1 20, 15 76, 127 524, 4095 16396, 5 7 44, 9 15 76, 20 31 140, 60 127 524, 100 127 524
20220623 8 8: 1 32, 15 152, 127 1160, 4095 36872, 5 7 80, 9 15 152, 20 31 296, 60 127 1160, 100 127 1160
20220623 16 8: 1 40, 15 272, 127 2176, 4095 69632, 5 7 136, 9 15 272, 20 31 544, 60 127 2176, 100 127 2176
20220623 24 8: 1 48, 15 392, 127 3192, 4095 102392, 5 7 192, 9 15 392, 20 31 792, 60 127 3192, 100 127 3192
20220623 64 64: 1 128, 15 1024, 127 8320, 4095 266240, 5 7 512, 9 15 1024, 20 31 2048, 60 127 8320, 100 127 8320
20220623 300 4: 1 320, 15 4532, 127 38244, 4095 1232612, 5 7 2124, 9 15 4532, 20 31 9348, 60 127 38244, 100 127 38244
20230802 1 1: 1 32, 15 56, 127 280, 5 7 40, 9 15 56, 20 31 88, 60 127 280, 100 127 280
20230802 3 1: 1 32, 15 88, 127 536, 4095 16408, 5 7 56, 9 15 88, 20 31 152, 60 127 536, 100 127 536
20230802 8 8: 1 40, 15 160, 127 1168, 4095 36880, 5 7 88, 9 15 160, 20 31 304, 60 127 1168, 100 127 1168
20230802 16 8: 1 48, 15 280, 127 2184, 4095 69640, 5 7 144, 9 15 280, 20 31 552, 60 127 2184, 100 127 2184
20230802 24 8: 1 56, 15 400, 127 3200, 4095 102400, 5 7 200, 9 15 400, 20 31 800, 60 127 3200, 100 127 3200
20230802 64 64: 1 128, 15 1024, 127 8320, 4095 266240, 5 7 512, 9 15 1024, 20 31 2048, 60 127 8320, 100 127 8320
20230802 300 4: 1 328, 15 4544, 127 38256, 4095 1232624, 5 7 2136, 9 15 4544, 20 31 9360, 60 127 38256, 100 127 38256
20240722 1 1: 3 32, 15 56, 127 280, 5 7 40, 9 15 56, 20 31 88, 60 127 280, 100 127 280
20240722 3 1: 3 40, 15 88, 127 536, 4095 16408, 5 7 56, 9 15 88, 20 31 152, 60 127 536, 100 127 536
20240722 8 8: 3 56, 15 160, 127 1168, 4095 36880, 5 7 88, 9 15 160, 20 31 304, 60 127 1168, 100 127 1168
20240722 16 8: 3 80, 15 280, 127 2184, 4095 69640, 5 7 144, 9 15 280, 20 31 552, 60 127 2184, 100 127 2184
20240722 24 8: 1 56, 15 400, 127 3200, 4095 102400, 5 7 200, 9 15 400, 20 31 800, 60 127 3200, 100 127 3200
20240722 64 64: 1 128, 15 1024, 127 8320, 4095 266240, 5 7 512, 9 15 1024, 20 31 2048, 60 127 8320, 100 127 8320
20240722 300 4: 1 328, 15 4544, 127 38256, 4095 1232624, 5 7 2136, 9 15 4544, 20 31 9360, 60 127 38256, 100 127 38256
20250814 1 1: 3 32, 15 56, 127 280, 5 7 40, 9 15 56, 20 31 88, 60 127 280, 100 127 280
20250814 3 1: 3 40, 15 88, 127 536, 4095 16408, 5 7 56, 9 15 88, 20 31 152, 60 127 536, 100 127 536
20250814 8 8: 3 56, 15 160, 127 1168, 4095 36880, 5 7 88, 9 15 160, 20 31 304, 60 127 1168, 100 127 1168
20250814 16 8: 3 80, 15 280, 127 2184, 4095 69640, 5 7 144, 9 15 280, 20 31 552, 60 127 2184, 100 127 2184
20250814 24 8: 1 32, 15 400, 127 3200, 4095 102400, 5 7 200, 9 15 400, 20 31 800, 60 127 3200, 100 127 3200
20250814 64 64: 1 128, 15 1024, 127 8320, 4095 266240, 5 7 512, 9 15 1024, 20 31 2048, 60 127 8320, 100 127 8320
20250814 300 4: 1 312, 15 4544, 127 38256, 4095 1232624, 5 7 2136, 9 15 4544, 20 31 9360, 60 127 38256, 100 127 38256
20260526 1 1: 3 32, 15 56, 127 280, 5 7 40, 9 15 56, 20 31 88, 60 127 280, 100 127 280
20260526 3 1: 3 40, 15 88, 127 536, 4095 16408, 5 7 56, 9 15 88, 20 31 152, 60 127 536, 100 127 536
20260526 8 8: 3 56, 15 160, 127 1168, 4095 36880, 5 7 88, 9 15 160, 20 31 304, 60 127 1168, 100 127 1168
20260526 16 8: 3 80, 15 280, 127 2184, 4095 69640, 5 7 144, 9 15 280, 20 31 552, 60 127 2184, 100 127 2184
20260526 24 8: 1 24, 15 400, 127 3200, 4095 102400, 5 7 200, 9 15 400, 20 31 800, 60 127 3200, 100 127 3200
20260526 64 64: 1 64, 15 1024, 127 8320, 4095 266240, 5 7 512, 9 15 1024, 20 31 2048, 60 127 8320, 100 127 8320
20260526 300 4: 1 304, 15 4544, 127 38256, 4095 1232624, 5 7 2136, 9 15 4544, 20 31 9360, 60 127 38256, 100 127 38256
20260817 1 1: 3 23, 15 47, 127 271, 5 7 29, 9 15 42, 20 31 74, 60 63 141, 100 127 266
20260817 3 1: 3 29, 15 77, 127 525, 4095 16404, 5 7 39, 9 15 62, 20 31 126, 60 63 263, 100 127 510
20260817 8 8: 3 48, 15 152, 127 1160, 4095 36880, 5 7 64, 9 15 112, 20 31 256, 60 63 568, 100 127 1120
20260817 16 8: 1 16, 15 272, 127 2176, 4095 69640, 5 7 104, 9 15 192, 20 31 464, 60 63 1056, 100 127 2096
20260817 24 8: 1 24, 15 392, 127 3192, 4095 102400, 5 7 144, 9 15 272, 20 31 672, 60 63 1544, 100 127 3072
20260817 64 64: 1 64, 15 1024, 127 8320, 4095 266240, 5 7 384, 9 15 704, 20 31 1728, 60 63 4032, 100 127 8000
20260817 300 4: 1 300, 15 4532, 127 38244, 4095 1232620, 5 7 1524, 9 15 3032, 20 31 7848, 60 63 18380, 100 127 36744
)";

std::vector<Row> rows() {
  std::vector<Row> all;
  std::istringstream lines(kNumbers);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    std::istringstream start(line.substr(0, line.find(':')));
    std::uint32_t release = 0;
    Row row{};
    start >> release >> row.slot_bytes >> row.alignment;
    row.layout = AbslVersion::of(release).layout;
    std::istringstream arrays(line.substr(line.find(':') + 1));
    for (std::string array; std::getline(arrays, array, ',');) {
      std::istringstream words(array);
      std::vector<std::uint64_t> numbers;
      for (std::uint64_t number = 0; words >> number;) numbers.push_back(number);
      row.reserved = numbers.size() == 3 ? numbers.front() : 0;
      row.slots = numbers[numbers.size() - 2];
      row.bytes = numbers.back();
      all.push_back(row);
    }
  }
  EXPECT_EQ(all.size(), 372U);
  return all;
}

AbslArrays arrays_of(const Row& row) { return {row.slot_bytes, row.alignment, {row.layout}, 16}; }

TEST(Absl, ArraysHaveTheBytesOfTheReleases) {
  std::uint64_t smallest = 0;
  for (const Row& row : rows()) {
    SCOPED_TRACE(testing::Message() << row.slot_bytes << " " << row.slots << " " << row.bytes);
    const AbslArrays arrays = arrays_of(row);
    if (row.reserved == 0) {
      EXPECT_EQ(arrays.bytes(row.slots), row.bytes);
      if (smallest != row.slot_bytes) {
        EXPECT_EQ(arrays.first_slots(), row.slots);
      }
      smallest = row.slot_bytes;
    } else {
      EXPECT_EQ(arrays.slots_for(row.reserved), row.slots);
      EXPECT_EQ(arrays.reserved_bytes(row.reserved), row.bytes);
    }
    const std::uint64_t before = row.slots == arrays.first_slots() ? 0 : arrays.limit(row.slots / 2);
    const auto array = arrays.array(row.bytes, before);
    ASSERT_TRUE(array);
    EXPECT_EQ(array->slots, row.slots);
    EXPECT_GE(arrays.limit(*array), row.reserved);
    const auto fit = absl_fit(row.slot_bytes, row.alignment, {row.layout, row.layout}, row.bytes, before);
    ASSERT_TRUE(fit);
    EXPECT_EQ(fit->slots, row.slots);
    EXPECT_EQ(fit->limit, arrays.limit(*array));
  }
}

TEST(Absl, ReleasesHaveLayouts) {
  const auto layout = [](std::uint32_t release) { return AbslVersion::of(release).layout; };
  EXPECT_EQ(AbslVersion::of(20210324), kPhmapVersion);
  EXPECT_EQ(AbslVersion::of(20211102), AbslVersion{k20220623});
  EXPECT_EQ(layout(20220623), k20220623);
  EXPECT_EQ(layout(20230125), k20220623);
  EXPECT_EQ(layout(20230802), k20230802);
  EXPECT_EQ(layout(20240116), k20230802);
  EXPECT_EQ(layout(20240722), k20240722);
  EXPECT_EQ(layout(20250127), k20240722);
  EXPECT_EQ(layout(20250512), k20240722);
  EXPECT_EQ(layout(20250814), k20250814);
  EXPECT_EQ(layout(20260107), k20250814);
  EXPECT_EQ(layout(20260526), k20260526);
  EXPECT_EQ(layout(20260817), k20260817);
  EXPECT_EQ(layout(20270101), k20260817);
  EXPECT_TRUE(AbslVersion::of(20250814, true).generations);
}

TEST(Absl, VersionsAreInTypeNames) {
  EXPECT_EQ(AbslVersion::in("absl::lts_20250814::container_internal::AlignedType<8>").layout, k20250814);
  EXPECT_EQ(AbslVersion::in("absl::container_internal::AlignedType<8>").layout, kUnknown);
  EXPECT_EQ(AbslVersion::in("absl::lts_2025x814::AlignedType<8>").layout, kUnknown);
  EXPECT_EQ(AbslVersion::in("").layout, kUnknown);
}

template <class Use>
void for_all_arrays(Use use) {
  for (AbslLayout layout = k20220623; layout <= k20260817; layout = next(layout)) {
    for (const bool generations : {false, true}) {
      for (const std::uint64_t width : {8, 16}) {
        for (std::uint64_t slot = 1; slot <= 300; ++slot) {
          for (const std::uint64_t alignment : {1, 2, 4, 8, 16, 32, 64}) {
            if (slot % alignment == 0) use(AbslArrays{slot, alignment, {layout, generations}, width});
          }
        }
      }
    }
  }
}

// The slots of a block are inferred from its request alone.
TEST(Absl, SlotsFollowFromTheBytes) {
  for_all_arrays([](const AbslArrays& arrays) {
    for (std::uint64_t slots = arrays.first_slots(); slots < (1U << 21U); slots = AbslArrays::next_slots(slots)) {
      const std::uint64_t before = slots == arrays.first_slots() ? 0 : arrays.limit(slots / 2);
      for (std::uint64_t blocked = 0; blocked <= arrays.most_blocked(slots); ++blocked) {
        const AbslArrays::Array array{slots, blocked};
        ASSERT_EQ(arrays.array(arrays.bytes(array), before), array) << slots << " " << arrays.slot_bytes;
        ASSERT_TRUE(arrays.slot_bytes == 1 || arrays.array(arrays.bytes(array)) == array) << slots;
        ASSERT_EQ(arrays.slots_for(arrays.limit(array)), slots);
        ASSERT_EQ(arrays.bytes(array) >= arrays.reserved_bytes(arrays.limit(array)), true);
      }
      ASSERT_EQ(arrays.slots_for(arrays.limit(slots) + 1), AbslArrays::next_slots(slots));
    }
  });
}

TEST(Absl, NoArrayIsGuessed) {
  for_all_arrays([](const AbslArrays& arrays) {
    for (const std::uint64_t bytes : {std::uint64_t{0}, std::uint64_t{1}, arrays.bytes(63) + arrays.alignment,
                                      std::uint64_t{1} << 50U, ~std::uint64_t{0}}) {
      const auto array = arrays.array(bytes);
      ASSERT_TRUE(!array || arrays.bytes(*array) == bytes);
      ASSERT_TRUE(!array || bytes <= AbslArrays::kMostBytes);
    }
  });
  EXPECT_EQ((AbslArrays{.slot_bytes = 0}.slots(1000)), 0U);
}

// Without a version every layout is tried.
TEST(Absl, AnUnknownVersionIsTheOneThatFits) {
  EXPECT_EQ(absl_fit(16, 8, {}, 2176)->slots, 127U);
  EXPECT_EQ(absl_fit(16, 8, {}, 2184)->slots, 127U);
  EXPECT_EQ(absl_fit(16, 8, {}, 2184)->first_slots, 3U);  // from 20240722 on
  EXPECT_FALSE(absl_fit(16, 8, {}, 2192));
  // 32 bytes: one slot of 24 bytes with 8 of growth (20250814), and no other.
  EXPECT_EQ(absl_fit(24, 8, {}, 32)->slots, 1U);
  // Slots of 1 byte: 31 bytes are 7 slots of 20260817 and none of the others; 30 are 7 of 20220623, and 7 of 20260817
  // of which one is blocked.
  EXPECT_EQ(absl_fit(1, 1, {}, 31)->slots, 7U);
  EXPECT_EQ(absl_fit(1, 1, {}, 30)->slots, 7U);
  EXPECT_EQ(absl_fit(1, 1, {}, 30)->limit, 7U);
  // 40 bytes: 7 slots of 20230802, or 15 of 20260817 for 7 entries... which reserve() never makes.
  EXPECT_EQ(absl_fit(1, 1, {}, 40)->slots, 7U);
}

TEST(Absl, ArraysRevealTheirSlots) {
  for (const Row& row : rows()) {
    if (row.reserved != 0) continue;
    const auto solved =
        AbslArrays{.alignment = row.alignment, .version = {row.layout}, .width = 16}.solved({row.slots, 0}, row.bytes);
    ASSERT_TRUE(solved) << row.bytes;
    EXPECT_TRUE(row.slots <= 7 || solved->slot_bytes == row.slot_bytes) << row.bytes;
  }
  EXPECT_FALSE((AbslArrays{.version = {k20220623}}.solved({15, 0}, 31)));
  EXPECT_FALSE((AbslArrays{.version = {k20220623}}.solved({15, 15}, 310)));
}

}  // namespace
}  // namespace bucketprof::tables
