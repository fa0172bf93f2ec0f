// SPDX-License-Identifier: Apache-2.0
//
// Ranges of ids do not overlap; a signal handler that interrupted the recorder gets no handle and no name, and waits
// for nothing. (alloc/table_test.cpp tests the handles themselves.)
#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

#include "profiler/record/recorder.h"
#include "profiler/record/reentrancy_guard.h"

namespace bucketprof::record {
namespace {

TEST(RecorderTables, IdsAreDrawnOnce) {
  std::vector<std::vector<std::uint64_t>> drawn(4);
  std::vector<std::thread> threads;
  for (auto& mine : drawn) {
    threads.emplace_back([&mine] {
      for (int i = 0; i < 1000; ++i) mine.push_back(recorder().draw_table_ids());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::uint64_t> all;
  for (const auto& mine : drawn) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), 4000U);
  for (const std::uint64_t first : all) ASSERT_EQ(first % alloc::kIdsPerDraw, 0U);
  EXPECT_NE(*all.begin(), 0U) << "0 is no table's";
}

TEST(RecorderTables, InsideTheRecorderThereIsNoHandle) {
  const alloc::TableId id = alloc::draw_table_id(0);
  {
    const ReentrancyGuard inside;
    EXPECT_EQ(recorder().find_or_make_handle(id), nullptr);
    EXPECT_EQ(recorder().find_handle(id), nullptr);
    EXPECT_EQ(recorder().name("unheard").index, 0U);
    recorder().bucket_block_not_recorded(nullptr, id);
    recorder().retire_if_empty(nullptr, id);
  }
  alloc::TableHandle* const handle = recorder().find_or_make_handle(id);
  ASSERT_NE(handle, nullptr);
  EXPECT_EQ(recorder().find_handle(id), handle);
  recorder().retire_if_empty(handle, id);
  EXPECT_EQ(recorder().find_handle(id), nullptr);
}

}  // namespace
}  // namespace bucketprof::record
