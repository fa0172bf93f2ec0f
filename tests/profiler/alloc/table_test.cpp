// SPDX-License-Identifier: Apache-2.0
//
// Table ids and handles: each id is drawn once, counts never wrap, and the directory behind find_or_make_handle().
#include "profiler/alloc/table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>
#include <vector>

namespace bucketprof::alloc {
namespace {

TEST(Table, DrawsEveryIdOnce) {
  constexpr int kThreads = 4;
  constexpr int kDraws = 20'000;
  std::vector<std::vector<TableId>> drawn(kThreads);
  std::vector<std::thread> threads;
  for (auto& mine : drawn) {
    threads.emplace_back([&mine] {
      for (int i = 0; i < kDraws; ++i) mine.push_back(draw_table_id(7));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<TableId> all;
  for (const auto& mine : drawn) all.insert(all.end(), mine.begin(), mine.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
  for (const TableId id : all) ASSERT_EQ(name_index(id), 7U);
}

TEST(Table, IdsCarryAnyName) {
  for (const std::uint32_t name : {0U, 1U, 255U, 65'535U}) {
    const TableId id = draw_table_id(name);
    EXPECT_EQ(name_index(id), name);
    EXPECT_NE(id, 0U);
  }
}

TEST(TableHandle, CountsAsAPlainCounterDoes) {
  TableHandle handle;
  std::uint64_t entries = 0;
  std::uint64_t peak = 0;
  std::mt19937 random(3);
  for (int i = 0; i < 100'000; ++i) {
    switch (random() % 3) {
      case 0:
        handle.add_entry();
        ++entries;
        break;
      case 1:
        entries -= entries == 0 ? 0 : 1;
        ASSERT_EQ(handle.remove_entry(), entries);
        break;
      default:
        entries = random() % 50;
        handle.set_entries(entries);
        break;
    }
    peak = std::max(peak, entries);
    ASSERT_EQ(handle.entries.load(), entries);
    ASSERT_EQ(handle.peak.load(), peak);
  }
}

TEST(TableHandle, ACountThatBeganLateStaysAtZero) {
  TableHandle handle;
  EXPECT_EQ(handle.remove_entry(), 0U);
  EXPECT_EQ(handle.entries.load(), 0U);
}

TEST(TableHandle, IsFoundUntilNothingOfItsTableIsLeft) {
  const TableId id = draw_table_id(0);
  EXPECT_EQ(find_handle(id), nullptr);
  TableHandle* handle = find_or_make_handle(id);
  ASSERT_NE(handle, nullptr);
  EXPECT_EQ(handle->id.load(), id);
  EXPECT_EQ(find_handle(id), handle);
  EXPECT_EQ(find_or_make_handle(id), handle);

  handle->add_entry();
  retire_if_empty(handle, id);
  EXPECT_EQ(find_handle(id), handle);
  handle->remove_entry();
  handle->buckets.store(1);
  retire_if_empty(handle, id);
  EXPECT_EQ(find_handle(id), handle);
  handle->buckets.store(0);
  retire_if_empty(handle, id);
  EXPECT_EQ(find_handle(id), nullptr);
  EXPECT_NE(handle->id.load(), id);  // so a stale pointer is noticed
}

TEST(TableHandle, AStalePointerRetiresNobody) {
  const TableId first = draw_table_id(0);
  TableHandle* stale = find_or_make_handle(first);
  ASSERT_NE(stale, nullptr);
  retire_if_empty(stale, first);
  // A later table of the same shard reuses the handle.
  std::vector<TableId> later;
  bool reused = false;
  for (int i = 0; i < 1000 && !reused; ++i) {
    later.push_back(draw_table_id(0));
    reused = find_or_make_handle(later.back()) == stale;
  }
  ASSERT_TRUE(reused);
  retire_if_empty(stale, first);
  EXPECT_EQ(find_handle(later.back()), stale);
  for (const TableId id : later) retire_if_empty(find_handle(id), id);
}

}  // namespace
}  // namespace bucketprof::alloc
