// SPDX-License-Identifier: Apache-2.0
//
// The operations on tophash words, compared with byte-by-byte versions, and the layout of buckets, compared with Go's.
#include "hashmap/bucket.h"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <string>

#include "hashmap/inspect.h"
#include "tests/hashmap/go_support.h"

namespace bucketprof::hashmap {
namespace {

TEST(Bucket, TopMarkKeepsClearOfReservedValues) {
  for (std::uint64_t top = 0; top < 256; ++top) {
    EXPECT_EQ(tophash_of(top << 56 | 0xffffffffffffff), top < 5 ? top + 5 : top);
  }
}

TEST(Bucket, MarkWordsAnswerLikeBytes) {
  const std::uint8_t interesting[] = {0, 1, 2, 4, 5, 0x7f, 0x80, 0x81, 0xfe, 0xff};
  std::uint64_t random = 1;
  for (int round = 0; round < 20000; ++round) {
    Bucket<int, int, void*> bucket;
    for (std::uint8_t& tophash : bucket.tophashes) tophash = interesting[splitmix(++random) % std::size(interesting)];
    const std::uint8_t wanted = interesting[splitmix(++random) % std::size(interesting)];
    const Tophashes word = bucket.word();
    const Tophashes equal = cells_equal(word, wanted);
    const Tophashes empty = cells_empty(word);
    for (unsigned i = 0; i < kCells; ++i) {
      const Tophashes cell = Tophashes{0x80} << (8 * i);
      ASSERT_EQ((equal & cell) != 0, bucket.tophashes[i] == wanted);
      ASSERT_EQ((empty & cell) != 0, bucket.tophashes[i] <= kEmptyOne);
    }
    ASSERT_EQ((equal | empty) & ~Tophashes{0x8080808080808080}, 0U);
    ASSERT_EQ(ends_chain(word), bucket.tophashes[7] == kEmptyRest);
    ASSERT_EQ(bucket.evacuated(), bucket.tophashes[0] >= 2 && bucket.tophashes[0] <= 4);
  }
}

TEST(Bucket, FirstCell) {
  for (unsigned i = 0; i < kCells; ++i) EXPECT_EQ(first_cell(Tophashes{0x8080808080808080} << (8 * i)), i);
}

/// Compares one row of Go's table of layouts with the bucket of C++ types of the same size and alignment.
template <class K, class V>
void expect_layout(const Csv& csv, const std::string& type) {
  SCOPED_TRACE(type);
  using B = Bucket<K, V, void*>;
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    if (csv.text(row, "type") != type) continue;
    EXPECT_EQ(sizeof(K), csv.number(row, "key_bytes"));
    EXPECT_EQ(kStoredBytes<V>, csv.number(row, "elem_bytes"));
    EXPECT_EQ(kStoring<K> == Storing::kIndirect, csv.number(row, "key_indirect") == 1);
    EXPECT_EQ(kStoring<V> == Storing::kIndirect, csv.number(row, "elem_indirect") == 1);
    EXPECT_EQ(sizeof(B), csv.number(row, "bucket_size"));
    EXPECT_EQ(offsetof(B, keys), 8U);
    EXPECT_EQ(sizeof(typename decltype(B::keys)::Slot), csv.number(row, "key_slot"));
    if constexpr (kStoring<V> == Storing::kNothing) {
      EXPECT_EQ(csv.number(row, "elem_slot"), 0U);
    } else {
      EXPECT_EQ(sizeof(typename decltype(B::values)::Slot), csv.number(row, "elem_slot"));
      EXPECT_EQ(offsetof(B, values), csv.number(row, "elem_array_offset"));
    }
    EXPECT_EQ(offsetof(B, overflow), csv.number(row, "overflow_ptr_offset"));
    EXPECT_EQ(kReflexive<K>, csv.number(row, "reflexive_key") == 1 || sizeof(K) == 16);  // interfaces may hold NaN
    return;
  }
  ADD_FAILURE() << "no such row";
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
TEST(Bucket, LayoutIsThatOfGo) {
  const Csv csv("a_types.csv");
  EXPECT_EQ(csv.rows(), 14U);
  expect_layout<std::int64_t, std::int64_t>(csv, "map[int64]int64");
  expect_layout<TwoWords, std::int64_t>(csv, "map[string]int64");
  expect_layout<std::int32_t, std::int8_t>(csv, "map[int32]int8");
  expect_layout<std::int64_t, Large>(csv, "map[int64][200]uint8");
  expect_layout<std::int64_t, Nothing>(csv, "map[int64]struct {}");
  expect_layout<std::int8_t, std::int8_t>(csv, "map[int8]int8");
  expect_layout<std::int64_t, std::array<std::uint8_t, 128>>(csv, "map[int64][128]uint8");
  expect_layout<std::int64_t, std::array<std::uint8_t, 129>>(csv, "map[int64][129]uint8");
  expect_layout<std::array<std::uint8_t, 128>, std::int8_t>(csv, "map[[128]uint8]int8");
  expect_layout<std::array<std::uint8_t, 129>, std::int8_t>(csv, "map[[129]uint8]int8");
  expect_layout<double, std::int64_t>(csv, "map[float64]int64");
  expect_layout<std::int16_t, std::int64_t>(csv, "map[int16]int64");
  expect_layout<TwoWords, std::int64_t>(csv, "map[interface {}]int");
  expect_layout<std::array<std::uint8_t, 3>, std::int16_t>(csv, "map[[3]uint8]int16");
}
#pragma GCC diagnostic pop

struct ThrowingMove {
  ThrowingMove(ThrowingMove&&) noexcept(false) {}
};
struct alignas(64) Wide {
  char c;
};

TEST(Bucket, OtherTypesOfCpp) {
  EXPECT_EQ(kStoring<ThrowingMove>, Storing::kIndirect);
  EXPECT_EQ(kStoring<std::unique_ptr<int>>, Storing::kInline);
  EXPECT_EQ(kStoring<std::hash<int>>, Storing::kNothing);
  EXPECT_EQ(sizeof(Bucket<Nothing, Nothing, void*>), 16U);
  Bucket<char, Wide, void*> bucket;
  EXPECT_EQ(alignof(decltype(bucket)), 64U);
  for (unsigned i = 0; i < kCells; ++i) EXPECT_EQ(reinterpret_cast<std::uintptr_t>(&bucket.value(i)) % 64, 0U);
}

}  // namespace
}  // namespace bucketprof::hashmap
