// SPDX-License-Identifier: Apache-2.0
//
// Reports allocations and frees as malloc and free do, but with the addresses of blocks of our own.
#include "profiler/agent/blocks.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <thread>

#include "profiler/record/recorder.h"
#include "tests/support/recorded_sums.h"

namespace bucketprof::agent {
namespace {

alignas(16) std::array<std::array<char, 64>, 100> blocks;

void born(void* block, std::size_t bytes) {
  if (is_due(bytes)) on_allocation(block, bytes);
}

struct Counts {
  std::uint64_t allocs = 0;
  std::uint64_t inuse = 0;
  std::uint64_t bytes = 0;
};
/// The sums of blocks that belong to no table.
Counts counts() {
  const record::Snapshot snapshot = record::recorder().snapshot(At::kNow);
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
    born(&blocks[99], 16);  // recording is off: not recorded, but later blocks of this thread are
    EXPECT_FALSE(record::recorder().has_seen_any());
    record::recorder().start({});
  }
  Counts before_ = counts();
};

TEST_F(Blocks, BlocksAreRecordedAsOfNoTable) {
  for (std::size_t i = 0; i < 10; ++i) born(&blocks[i], 10 + i);
  for (std::size_t i = 0; i < 4; ++i) on_free(&blocks[i]);
  const Counts after = counts();
  EXPECT_TRUE(record::recorder().has_seen_any());
  EXPECT_EQ(after.allocs - before_.allocs, 10U);
  EXPECT_EQ(after.bytes - before_.bytes, 145U);
  EXPECT_EQ(after.inuse - before_.inuse, 6U);
  for (std::size_t i = 4; i < 10; ++i) on_free(&blocks[i]);
  EXPECT_EQ(counts().inuse, before_.inuse);
}

TEST_F(Blocks, WhatCouldNotBeHadAndWhatIsUnknownIsNothing) {
  born(nullptr, 100);
  on_free(nullptr);
  on_free(&blocks[50]);
  EXPECT_EQ(counts().allocs, before_.allocs);
  EXPECT_EQ(counts().inuse, before_.inuse);
}

TEST_F(Blocks, OwnWorkIsNotRecordedButEndsAre) {
  born(&blocks[0], 16);
  {
    const AgentScope scope;
    born(&blocks[1], 16);
    on_free(&blocks[0]);
    on_free(&blocks[1]);
  }
  born(&blocks[2], 16);
  on_free(&blocks[2]);
  EXPECT_EQ(counts().allocs - before_.allocs, 2U);
  EXPECT_EQ(counts().inuse, before_.inuse);
  std::thread([] {
    stay_in_agent();
    born(&blocks[3], 16);
  }).join();
  EXPECT_EQ(counts().allocs - before_.allocs, 2U);
}

TEST_F(Blocks, NoSizeSilencesAThread) {
  for (const std::size_t huge : {SIZE_MAX, SIZE_MAX / 2, SIZE_MAX / 2 + 1, std::size_t{0} - 2'000'000'000}) {
    EXPECT_TRUE(is_due(huge));
    on_allocation(nullptr, huge);
    born(&blocks[3], 0);
    on_free(&blocks[3]);
  }
  EXPECT_EQ(counts().allocs - before_.allocs, 4U);
}

TEST_F(Blocks, WhatCouldNotBeHadOrIsOursMakesNoSampleOfTheNext) {
  record::recorder().start({.interval = 1000});
  constexpr int kBlocks = 20'000;
  for (int i = 0; i < kBlocks; ++i) {
    if (i % 2 == 0) {
      born(nullptr, std::size_t{1} << 40U);
    } else {
      const AgentScope scope;
      born(&blocks[4], 5000);
    }
    born(&blocks[5], 100);
    on_free(&blocks[5]);
  }
  record::recorder().start({});
  const double chance = -std::expm1(-0.1);  // that 100 bytes contain a sample
  EXPECT_NEAR(static_cast<double>(counts().allocs - before_.allocs), kBlocks * chance,
              6 * std::sqrt(kBlocks * chance * (1 - chance)));
}

TEST_F(Blocks, WhereRecordingIsOffForGoodAThreadIsAskedOnce) {
  record::recorder().stop();
  std::thread([] {
    EXPECT_TRUE(is_due(0));
    on_allocation(&blocks[4], 0);
    EXPECT_TRUE(is_due(16)) << "it may begin yet";
    ignore_from_now_on();
    on_allocation(&blocks[4], 16);
    for (int i = 0; i < 1000; ++i) EXPECT_FALSE(is_due(1U << 30U));
  }).join();
  record::recorder().start({});
  EXPECT_EQ(counts().allocs, before_.allocs);
}

}  // namespace
}  // namespace bucketprof::agent
