// SPDX-License-Identifier: Apache-2.0
//
// The directory of handles, compared with std::unordered_map: a million operations, reuse of handles, lack of memory.
#include "profiler/record/handles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <unordered_map>

#include "tests/support/sanitized.h"

namespace bucketprof::record {
namespace {

using alloc::TableHandle;
using alloc::TableId;

void compare_handles(Arena& arena, std::uint64_t operations, std::uint64_t seed, bool room_expected) {
  Handles handles;
  std::unordered_map<TableId, TableHandle*> model;
  std::set<const TableHandle*> ever;
  std::mt19937_64 random(seed);
  std::uint64_t refused = 0;
  std::size_t most = 0;
  for (std::uint64_t i = 0; i < operations; ++i) {
    // Ids as allocators draw them: dense, with a few names, from a window that moves up.
    const TableId id = (random() % 3 << alloc::kNameShift) | (1 + i / 100 + random() % 3000);
    const auto known = model.find(id);
    TableHandle* found = handles.find(id);
    ASSERT_EQ(found, known == model.end() ? nullptr : known->second);
    if (found == nullptr) {
      TableHandle* made = handles.make(id, arena);
      if (made == nullptr) {
        ++refused;
        continue;
      }
      ASSERT_EQ(made->id.load(), id);
      ASSERT_EQ(made->entries.load() + made->peak.load() + made->buckets.load() + made->newest_block.load(), 0U);
      made->set_entries(random());
      made->buckets.store(3);
      made->newest_block.store(9);
      model.emplace(id, made);
      ever.insert(made);
      most = std::max(most, model.size());
    } else if (random() % 2 == 0) {
      handles.retire(found);
      ASSERT_EQ(found->id.load(), 0U);
      model.erase(id);
    }
  }
  if (room_expected) {
    ASSERT_EQ(refused, 0U);
  }
  for (const auto& [id, handle] : model) ASSERT_EQ(handles.find(id), handle);
  std::set<const TableHandle*> distinct;
  for (const auto& [id, handle] : model) distinct.insert(handle);
  EXPECT_EQ(distinct.size(), model.size());
  EXPECT_EQ(ever.size(), most);  // retired handles are reused
}

TEST(Handles, BehaveAsAMap) {
  Arena arena;
  compare_handles(arena, testing_support::kSanitized ? 200'000 : 1'000'000, 1, true);
}

TEST(Handles, BehaveAsAMapWithWhatRoomThereIs) {
  for (std::size_t limit = 0; limit <= 1'200'000; limit += 60'000) {
    Arena arena;
    arena.set_limit(limit);
    compare_handles(arena, 20'000, limit, false);
    ASSERT_LE(arena.mapped(), limit);
  }
}

TEST(Handles, EachHasCacheLinesOfItsOwn) {
  Arena arena;
  Handles handles;
  for (TableId id = 1; id < 300; ++id) {
    const TableHandle* handle = handles.make(id, arena);
    ASSERT_NE(handle, nullptr);
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(handle) % 64, 0U);
  }
}

}  // namespace
}  // namespace bucketprof::record
