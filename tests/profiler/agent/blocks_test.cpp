// SPDX-License-Identifier: Apache-2.0
//
// Births and ends are told here with addresses of blocks of our own, as malloc and free would tell them.
#include "profiler/agent/blocks.h"

#include <gtest/gtest.h>
#include <limits.h>
#include <pthread.h>

#include <array>
#include <thread>

#include "profiler/record/recorder.h"
#include "tests/support/recorded_sums.h"

namespace bucketprof::agent {
namespace {

alignas(16) std::array<std::array<char, 64>, 100> blocks;

void born(void* block, std::size_t bytes) {
  if (alloc::is_due(bytes)) on_birth(block, bytes);
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
    prepare_blocks();
    record::recorder().start({});
  }
  Counts before_ = counts();
};

TEST_F(Blocks, BlocksAreRecordedAsOfNoTable) {
  for (std::size_t i = 0; i < 10; ++i) born(&blocks[i], 10 + i);
  for (std::size_t i = 0; i < 4; ++i) on_end(&blocks[i]);
  const Counts after = counts();
  EXPECT_TRUE(anything_seen());
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

pthread_key_t late;

// A key's destructor that comes after ours in every round, the last one too: what it makes the recorder do must not
// stay.
TEST_F(Blocks, ThreadsThatGoOnAfterTheirEndLeaveNothing) {
  static const auto kLate = [](void* value) {
    born(&blocks[7], 16);
    on_end(&blocks[7]);
    pthread_setspecific(late, value);
  };
  ASSERT_EQ(pthread_key_create(&late, kLate), 0);
  const auto live_and_end = [] {
    std::thread([] {
      pthread_setspecific(late, &blocks);
      born(&blocks[6], 16);
      on_end(&blocks[6]);
    }).join();
  };
  for (int i = 0; i < 20; ++i) live_and_end();
  const auto memory = [] { return record::recorder().snapshot(record::Moment::kNow).memory.threads; };
  const std::uint64_t early = memory();
  for (int i = 0; i < 500; ++i) live_and_end();
  EXPECT_EQ(memory(), early);
  EXPECT_EQ(counts().inuse, before_.inuse);
  EXPECT_EQ(counts().allocs - before_.allocs, (1 + PTHREAD_DESTRUCTOR_ITERATIONS) * 520U);
  pthread_key_delete(late);
}

}  // namespace
}  // namespace bucketprof::agent
