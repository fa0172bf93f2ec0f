// SPDX-License-Identifier: Apache-2.0
//
// Thread exit: what destructors of other pthread keys allocate and free is recorded, whether they run before or after
// ours, and the recorder's memory does not leak.
#include "profiler/record/thread_slot.h"

#include <gtest/gtest.h>
#include <limits.h>
#include <pthread.h>

#include <cmath>
#include <thread>

#include "profiler/record/recorder.h"
#include "tests/profiler/record/recorded.h"

namespace bucketprof::record {
namespace {

class ThreadSlotTest : public ::testing::Test {
 protected:
  void SetUp() override { recorder().start({}); }
  void TearDown() override { recorder().stop(); }
};

// Destructors of the program's thread_local objects and pthread keys, which run before or after the recorder's.
pthread_key_t late_key;
const Fake* late_table = nullptr;
struct AtThreadEnd {
  void* block = nullptr;
  ~AtThreadEnd() {
    dies(block);
    dies(late_table->born(16));
  }
};

TEST_F(ThreadSlotTest, BlocksOfDestructorsAtThreadEndCount) {
  const Fake table("thread_end");
  late_table = &table;
  ASSERT_EQ(pthread_key_create(&late_key,
                               [](void* block) {
                                 dies(block);
                                 dies(late_table->born(16));
                               }),
            0);
  for (int i = 0; i < 50; ++i) {
    std::thread([&table] {
      thread_local AtThreadEnd at_end;
      at_end.block = table.born(16);
      pthread_setspecific(late_key, table.born(16));
    }).join();
  }
  pthread_key_delete(late_key);
  EXPECT_EQ(recorded(table.name()).allocs, 200U);
  EXPECT_EQ(recorded(table.name()).inuse, 0U);
}

// The key's destructor sets the key again, so it runs in every round of destructors, in the last one after the
// recorder's. What the recorder creates for it then must not leak.
TEST_F(ThreadSlotTest, ThreadsThatGoOnAfterTheirEndLeaveNothing) {
  const Fake table("after_the_end");
  late_table = &table;
  ASSERT_EQ(pthread_key_create(&late_key,
                               [](void* value) {
                                 dies(late_table->born(16));
                                 pthread_setspecific(late_key, value);
                               }),
            0);
  const auto live_and_end = [&table] {
    std::thread([&table] {
      dies(table.born(16));
      pthread_setspecific(late_key, &late_key);
    }).join();
  };
  for (int i = 0; i < 20; ++i) live_and_end();
  const auto memory = [] { return recorder().snapshot(At::kNow).memory.threads; };
  const std::uint64_t early = memory();
  for (int i = 0; i < 500; ++i) live_and_end();
  EXPECT_EQ(memory(), early);
  pthread_key_delete(late_key);
  EXPECT_EQ(recorded(table.name()).allocs, (1 + PTHREAD_DESTRUCTOR_ITERATIONS) * 520U);
  EXPECT_EQ(recorded(table.name()).inuse, 0U);
}

TEST_F(ThreadSlotTest, ThreadsThatGoOnAfterTheirEndAreSampledLikeOthers) {
  constexpr int kBlocks = 5000;
  const Fake table("sampled_after_the_end");
  late_table = &table;
  recorder().start({.interval = 1000});
  ASSERT_EQ(pthread_key_create(&late_key,
                               [](void* value) {
                                 for (int i = 0; i < kBlocks; ++i) dies(late_table->born(100));
                                 pthread_setspecific(late_key, value);
                               }),
            0);
  std::thread([&table] {
    dies(table.born(1));
    pthread_setspecific(late_key, &late_key);
  }).join();
  pthread_key_delete(late_key);
  constexpr double kAll = PTHREAD_DESTRUCTOR_ITERATIONS * kBlocks;
  const double chance = -std::expm1(-0.1);  // that 100 bytes contain a sample
  EXPECT_NEAR(static_cast<double>(recorded(table.name()).allocs), kAll * chance,
              6 * std::sqrt(kAll * chance * (1 - chance)));
  EXPECT_EQ(recorded(table.name()).inuse, 0U);
}

}  // namespace
}  // namespace bucketprof::record
