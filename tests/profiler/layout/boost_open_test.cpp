// SPDX-License-Identifier: Apache-2.0
//
// Arrays of boost's tables with open addressing.
#include "profiler/layout/boost_open.h"

#include <boost/unordered/unordered_flat_set.hpp>

#include "tests/profiler/layout/kept_blocks.h"
#include "tests/profiler/layout/made_blocks.h"

namespace bucketprof::layout {
namespace {

struct Wide {
  explicit Wide(std::uint64_t number) : key(number) {}
  std::uint64_t key = 0;
  std::uint64_t rest[3] = {};
  bool operator==(const Wide&) const = default;
  friend std::size_t hash_value(const Wide& wide) { return boost::hash<std::uint64_t>()(wide.key); }
};

template <class T>
using Flat = boost::unordered_flat_set<T, boost::hash<T>, std::equal_to<T>, Keeping<T>>;

struct Seen {
  std::uint64_t all = 0;
  std::uint64_t none = 0;
  std::uint64_t unproven = 0;
};

template <class Table>
Seen looks_are_right(std::uint64_t seed, std::uint32_t slot_bytes) {
  Seen seen;
  look_at_random_tables<Table>(
      seed, is_long() ? 400'000 : 700, [](const auto& allocator) { return Table(0, allocator); },
      [&](const Table& table, std::span<const std::byte>, const Look& look) {
        ++seen.all;
        if (look.layout == Layout::kNone) {
          ++seen.none;
          return;
        }
        EXPECT_EQ(look, (Look{Layout::kBoostOpen, slot_bytes, table.bucket_count(), table.size(), look.deleted,
                              look.is_proven, look.is_deleted_known}));
        EXPECT_TRUE(table.size() >= 16 || !look.is_proven);
        if (!look.is_proven) ++seen.unproven;
      });
  return seen;
}

TEST(LayoutBoostOpen, SeesWhatTablesSayOfThemselves) {
  // Tables of which many entries were erased, and tables of few entries, look like other bytes: they prove nothing.
  const Seen small = looks_are_right<Flat<std::uint32_t>>(1, 4);
  EXPECT_LT(small.none, small.all / 10) << "those that are empty, but were not";
  EXPECT_LT(small.unproven, small.all / 3);
  const Seen wide = looks_are_right<Flat<Wide>>(2, 32);
  EXPECT_LT(wide.none, wide.all / 10);
  EXPECT_LT(wide.unproven, wide.all / 2);
}

TEST(LayoutBoostOpen, ProvesAlmostAllThatWereOnlyFilled) {
  Random random(3);
  int unproven = 0;
  for (int i = 0; i < 200; ++i) {
    Blocks blocks;
    Flat<std::uint64_t> table{Keeping<std::uint64_t>(&blocks)};
    const std::uint64_t entries = 130 + random() % 2000;
    for (std::uint64_t n = 0; n < entries; ++n) table.insert(random());
    const Look look = look_at_block(array_in(blocks));
    if (!look.is_proven) ++unproven;
    EXPECT_TRUE(look.layout == Layout::kNone || look.full == table.size());
  }
  EXPECT_LT(unproven, 10);
}

TEST(LayoutBoostOpen, KnowsThatEntriesWereErasedFromGroupsThatWereFull) {
  Random random(5);
  for (const std::uint64_t entries : {1000U, 5000U, 30'000U}) {
    Blocks blocks;
    Flat<std::uint64_t> table{Keeping<std::uint64_t>(&blocks)};
    table.reserve(40'000);
    for (std::uint64_t n = 0; n < entries; ++n) table.insert(random());
    EXPECT_EQ(look_at_block(array_in(blocks)).deleted, 0U);
    while (table.size() > 10) table.erase(table.begin());
    const std::uint64_t deleted = look_at_block(array_in(blocks)).deleted;
    EXPECT_TRUE(entries != 30'000 || !look_at_block(array_in(blocks)).is_deleted_known);
    EXPECT_LE(deleted, entries - 10);
    EXPECT_TRUE(entries != 1000 || deleted == 0) << deleted;
    EXPECT_TRUE(entries != 30'000 || deleted > 100) << deleted;
  }
}

TEST(LayoutBoostOpen, ZerosWithASentinelProveNothing) {
  Bytes bytes(256 * 64);  // 64 groups of slots of 16 bytes
  EXPECT_TRUE(may_be_boost_open(bytes.size()));
  EXPECT_NE(look_at_made(bytes).layout, Layout::kBoostOpen);
  put(bytes, bytes.size() - 18, {1});
  EXPECT_EQ(look_at_made(bytes), (Look{Layout::kBoostOpen, 16, 959, 0, 0, false}));
  std::fill(bytes.begin(), bytes.begin() + 10'000, std::byte{7});
  EXPECT_EQ(look_at_made(bytes), Look{}) << "it may have had entries";
}

}  // namespace
}  // namespace bucketprof::layout
