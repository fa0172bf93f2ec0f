// SPDX-License-Identifier: Apache-2.0
//
// Arrays of absl: those of the release that is installed, and the bytes of the others and of phmap.
#include "profiler/layout/absl.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <absl/container/node_hash_set.h>

#include <cstring>

#include "tests/profiler/layout/kept_blocks.h"
#include "tests/profiler/layout/made_blocks.h"

namespace bucketprof::layout {
namespace {

using tables::AbslArrays;
using tables::AbslLayout;
using tables::AbslVersion;

struct Wide {
  explicit Wide(std::uint64_t number) : key(number) {}
  std::uint64_t key = 0;
  std::uint64_t rest[2] = {};
  bool operator==(const Wide&) const = default;
  template <class H>
  friend H AbslHashValue(H hash, const Wide& wide) {
    return H::combine(std::move(hash), wide.key);
  }
};

/// Slots marked as deleted: the control bytes are where the sentinel and what follows it say so.
std::uint64_t deleted_in(std::span<const std::byte> block, std::size_t slots) {
  for (std::size_t at : {std::size_t{0}, std::size_t{8}}) {
    const std::byte* const control = block.data() + at;
    if (control[slots] != std::byte{0xFF} || std::memcmp(control, control + slots + 1, slots < 15 ? slots : 15) != 0)
      continue;
    return static_cast<std::uint64_t>(std::count(control, control + slots, std::byte{0xFE}));
  }
  ADD_FAILURE() << "no control bytes of " << slots << " slots";
  return 0;
}

template <class Table>
void looks_are_right(std::uint64_t seed, std::uint32_t slot_bytes) {
  look_at_random_tables<Table>(
      seed, is_long() ? 400'000 : 700, [](const auto& allocator) { return Table(0, allocator); },
      [&](const Table& table, std::span<const std::byte> block, const Look& look) {
        if (table.capacity() < 7) return;
        if (table.empty() && look.layout == Layout::kNone) return;  // it may have had entries
        // Where the releases do not differ in size from phmap's, a byte decides that absl does not write.
        EXPECT_TRUE(look.layout == Layout::kAbsl || look.layout == Layout::kPhmap) << row_of(look.layout).name;
        const Look expected{look.layout, slot_bytes, table.capacity(), table.size(),
                            deleted_in(block, table.capacity())};
        EXPECT_EQ(look.slots, expected.slots);
        EXPECT_EQ(look.full, expected.full);
        EXPECT_EQ(look.deleted, expected.deleted);
        EXPECT_EQ(look.slot_bytes, expected.slot_bytes);
      });
}

template <class T>
using Flat = absl::flat_hash_set<T, absl::Hash<T>, std::equal_to<T>, Keeping<T>>;

TEST(LayoutAbsl, SeesWhatTablesSayOfThemselves) {
  looks_are_right<Flat<std::uint32_t>>(1, 4);
  looks_are_right<Flat<std::uint64_t>>(2, 8);
  looks_are_right<Flat<Wide>>(3, 24);
  looks_are_right<absl::node_hash_set<Wide, absl::Hash<Wide>, std::equal_to<Wide>, Keeping<Wide>>>(4, 8);
}

TEST(LayoutAbsl, SeesArraysOfAllReleases) {
  Random random(5);
  for (AbslLayout layout = AbslLayout::k20220623; layout <= AbslLayout::k20260817; layout = next(layout)) {
    for (const bool generations : {false, true}) {
      if (generations && layout == AbslLayout::k20220623) continue;  // as phmap's
      for (const std::uint64_t slots : {7, 15, 31, 63, 127, 255, 1023, 65535}) {
        const AbslArrays arrays{slots < 63 ? std::uint64_t{256} : 24, 8, {layout, generations}};
        for (std::uint64_t blocked = 0; blocked <= arrays.most_blocked(slots); ++blocked) {
          Made made = made_absl(random, arrays, {slots, blocked});
          if (made.look.full + made.look.deleted > arrays.limit({slots, blocked}) || made.bytes.size() < 1024) continue;
          const Look look = look_at_made(made.bytes);
          EXPECT_EQ(as_absl(look), made.look) << static_cast<int>(layout) << ' ' << slots << ' ' << blocked;
          EXPECT_TRUE(look.layout == Layout::kAbsl || layout == AbslLayout::k20220623)
              << "later releases are told apart";
          EXPECT_TRUE(may_be_array(made.bytes.size()));
        }
      }
    }
  }
}

TEST(LayoutAbsl, SeesArraysOfPhmap) {
  Random random(6);
  for (const std::uint64_t slot_bytes : {3, 8, 24, 33}) {
    const Made made =
        made_absl(random, {slot_bytes, slot_bytes % 8 == 0 ? 8U : 1U, tables::kPhmapVersion}, {1023, 0}, true);
    EXPECT_EQ(look_at_made(made.bytes), made.look) << slot_bytes;
  }
}

TEST(LayoutAbsl, SeesNothingIfOneByteIsIllegal) {
  Random random(7);
  const AbslArrays arrays{16, 8, {AbslLayout::k20250814, false}};
  const Made made = made_absl(random, arrays, {1023, 0});
  const int illegal[] = {0x81, 0xFD, 0xFF};
  for (int i = 0; i < 1000; ++i) {
    Bytes bytes = made.bytes;
    put(bytes, 8 + random() % 1023, {illegal[random() % 3]});
    EXPECT_EQ(look_at_made(bytes), Look{});
  }
  Bytes bytes = made.bytes;
  put(bytes, 8 + 1023, {0x80});  // the sentinel
  EXPECT_EQ(look_at_made(bytes), Look{});
  bytes = made.bytes;
  bytes[8 + 1023 + 15] ^= std::byte{1};  // the last one that is repeated
  EXPECT_EQ(look_at_made(bytes), Look{});
  bytes = made.bytes;
  bytes.push_back(std::byte{0});
  EXPECT_EQ(look_at_made(bytes), Look{});
}

TEST(LayoutAbsl, SeesAnEmptyArrayByItsSentinel) {
  const AbslArrays arrays{16, 8, {AbslLayout::k20220623, false}};
  Bytes bytes(arrays.bytes(255));
  std::fill(bytes.begin(), bytes.begin() + 255 + 16, std::byte{0x80});
  EXPECT_EQ(look_at_made(bytes), Look{});
  put(bytes, 255, {0xFF});
  EXPECT_EQ(as_absl(look_at_made(bytes)), (Look{Layout::kAbsl, 16, 255, 0, 0, true}));
}

// phmap's clear() keeps the array, and where the array is not nearly full an erased entry leaves no mark.
TEST(LayoutAbsl, AnArrayThatMayHaveHadEntriesIsNotTakenForUnused) {
  Random random(8);
  for (const AbslVersion version : {tables::kPhmapVersion, AbslVersion{AbslLayout::k20250814, false}}) {
    const AbslArrays arrays{16, 8, version};
    Bytes bytes(arrays.bytes(32'767));
    const std::size_t control = version.layout == AbslLayout::k20250814 ? 8 : 0;
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(control),
              bytes.begin() + static_cast<std::ptrdiff_t>(control) + 32'767 + 16, std::byte{0x80});
    put(bytes, control + 32'767, {0xFF});
    EXPECT_EQ(look_at_made(bytes).slots, 32'767U);
    const std::size_t slots = bytes.size() - std::size_t{32'767} * 16;
    for (int i = 0; i < 5000; ++i) put_number<std::uint64_t>(bytes, slots + random() % 32'767 * 16, random() | 1);
    EXPECT_EQ(look_at_made(bytes), Look{});
  }
}

}  // namespace
}  // namespace bucketprof::layout
