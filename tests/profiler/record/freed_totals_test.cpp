// SPDX-License-Identifier: Apache-2.0
//
// Totals of freed blocks, compared with std::map.
#include "profiler/record/freed_totals.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <tuple>

#include "tests/support/sanitized.h"

namespace bucketprof::record {
namespace {

using Key = std::tuple<std::uint32_t, std::uint64_t, tables::Life>;

void compare_with_model(Arena& arena, int operations, std::uint64_t seed, bool room_expected) {
  FreedTotals ended;
  std::map<Key, std::uint64_t> model;
  std::mt19937_64 random(seed);
  for (int i = 0; i < operations; ++i) {
    const Key key{1 + static_cast<std::uint32_t>(random() % 300), random() % 50,
                  static_cast<tables::Life>(random() % 3)};
    const auto& [site, peak, life] = key;
    FreedBlocks* blocks = ended.at({.peak = peak, .site = site, .life = life}, arena);
    if (blocks == nullptr) {
      ASSERT_FALSE(room_expected);
      continue;
    }
    ASSERT_EQ(blocks->site, site);
    ASSERT_EQ(blocks->peak, peak);
    ASSERT_EQ(blocks->life, life);
    ASSERT_EQ(blocks->blocks, model[key]);
    ++blocks->blocks;
    ++model[key];
  }
  std::map<Key, std::uint64_t> seen;
  ended.each([&seen](const FreedBlocks& blocks) {
    EXPECT_TRUE(seen.emplace(Key{blocks.site, blocks.peak, blocks.life}, blocks.blocks).second);
  });
  std::erase_if(model, [](const auto& item) { return item.second == 0; });
  ASSERT_EQ(seen, model);
}

TEST(FreedTotals, BehavesAsAMap) {
  Arena arena;
  compare_with_model(arena, 200'000, 1, true);
}

TEST(FreedTotals, BehavesAsAMapWithWhatRoomThereIs) {
  for (std::size_t limit = 0; limit <= 3'000'000; limit += 4096 * (testing_support::kSanitized ? 28 : 7)) {
    Arena arena;
    arena.set_limit(limit);
    compare_with_model(arena, 3000, limit, false);
    ASSERT_LE(arena.mapped(), limit);
  }
}

TEST(FreedTotals, OfNothingVisitsNothing) {
  const FreedTotals ended;
  ended.each([](const FreedBlocks&) { FAIL(); });
}

}  // namespace
}  // namespace bucketprof::record
