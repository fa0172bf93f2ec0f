// SPDX-License-Identifier: Apache-2.0
//
// Births and ends are told here with addresses of blocks of our own, as malloc and free would tell them.
#include "profiler/agent/blocks.h"

#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "profiler/record/recorder.h"
#include "tests/support/recorded_sums.h"

namespace bucketprof::agent {
namespace {

alignas(16) std::array<std::array<char, 64>, 100> blocks;

void born(void* block, std::size_t bytes) {
  if (is_due(bytes)) on_birth(block, bytes);
}

struct Counts {
  std::uint64_t allocs = 0;
  std::uint64_t inuse = 0;
  std::uint64_t bytes = 0;
};
/// Of blocks of no table.
Counts counts() {
  const record::Snapshot snapshot = record::recorder().snapshot(record::Moment::kNow);
  Counts sum;
  for (const record::Row& row : snapshot.rows.span()) {
    const record::SiteKey& site = record::recorder().sites()[row.site].key;
    if (site.name != 0 || !site.type_name.empty()) continue;
    sum.allocs += row.allocs;
    sum.inuse += row.inuse;
    sum.bytes += row.allocs * site.bytes;
  }
  return sum;
}

class Blocks : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    born(&blocks[99], 16);  // before recording: nothing comes of it, but this thread is told of like any other
    EXPECT_EQ(record::recorder().sites().size(), 0U);
    record::recorder().start({});
  }
  Counts before_ = counts();
};

TEST_F(Blocks, BlocksAreRecordedAsOfNoTable) {
  for (std::size_t i = 0; i < 10; ++i) born(&blocks[i], 10 + i);
  for (std::size_t i = 0; i < 4; ++i) on_end(&blocks[i]);
  const Counts after = counts();
  EXPECT_EQ(after.allocs - before_.allocs, 10U);
  EXPECT_EQ(after.bytes - before_.bytes, 145U);
  EXPECT_EQ(after.inuse - before_.inuse, 6U);
  for (std::size_t i = 4; i < 10; ++i) on_end(&blocks[i]);
  EXPECT_EQ(counts().inuse, before_.inuse);
}

TEST_F(Blocks, WhatCouldNotBeHadAndWhatIsUnknownIsNothing) {
  born(nullptr, 100);
  on_end(nullptr);
  on_end(&blocks[50]);
  EXPECT_EQ(counts().allocs, before_.allocs);
  EXPECT_EQ(counts().inuse, before_.inuse);
}

TEST_F(Blocks, OwnWorkIsNotRecordedButEndsAre) {
  born(&blocks[0], 16);
  {
    const OwnWork own;
    born(&blocks[1], 16);
    on_end(&blocks[0]);
    on_end(&blocks[1]);
  }
  born(&blocks[2], 16);
  on_end(&blocks[2]);
  EXPECT_EQ(counts().allocs - before_.allocs, 2U);
  EXPECT_EQ(counts().inuse, before_.inuse);
  std::thread([] {
    all_own_work();
    born(&blocks[3], 16);
  }).join();
  EXPECT_EQ(counts().allocs - before_.allocs, 2U);
}

TEST_F(Blocks, WhoIsNotAskedAnyMoreTellsNothing) {
  std::thread([] {
    born(&blocks[4], 16);
    ask_no_more();
    for (int i = 0; i < 1000; ++i) born(&blocks[5], 1U << 30U);
    on_end(&blocks[4]);
  }).join();
  EXPECT_EQ(counts().allocs - before_.allocs, 1U);
  EXPECT_EQ(counts().inuse, before_.inuse);
}

}  // namespace
}  // namespace bucketprof::agent
