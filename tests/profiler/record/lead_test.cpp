// SPDX-License-Identifier: Apache-2.0
//
// Followers get each epoch; what a follower reports is recorded, and counts down its own bytes until the next sample;
// a copy that follows reports everything to its lead.
#include "profiler/record/lead.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "profiler/record/reentrancy_guard.h"
#include "tests/profiler/record/recorded.h"

namespace bucketprof::record {
namespace {

TEST(Followers, GetEachEpoch) {
  Followers followers;
  std::atomic<std::uint32_t> first{7};
  std::atomic<std::uint32_t> second{7};
  Follower a{.epoch = &first};
  Follower b{.epoch = &second};
  followers.set_epoch(3);
  followers.add(a);
  followers.add(b);
  EXPECT_EQ(first, 3U);
  followers.set_epoch(4);
  EXPECT_EQ(first, 4U);
  EXPECT_EQ(second, 4U);
  followers.remove(a);
  followers.remove(a);
  followers.set_epoch(0);
  EXPECT_EQ(first, 4U) << "it is gone";
  EXPECT_EQ(second, 0U);
  EXPECT_EQ(alloc::recording_epoch, 0U);
}

TEST(Lead, RecordsWhatFollowersReport) {
  recorder().start({});
  const Fake table("lead");
  const alloc::TableInfo info{.id = table.table, .kind = table.kind, .type_name = "fake"};
  const hashmap::PartInfo part{.part = hashmap::Part::kOther};
  void* const block = fake_block();
  alloc::UntilSample until;
  kOwnLead.on_alloc({block, 48, info, part, {}, BUCKETPROF_ANCHOR()}, until);
  EXPECT_EQ(recorded(table.name()).inuse_bytes, 48U);
  EXPECT_EQ(until.epoch, alloc::recording_epoch);
  kOwnLead.on_free(block);
  EXPECT_EQ(recorded(table.name()).inuse, 0U);
  EXPECT_EQ(recorded(table.name()).allocs, 1U);
  recorder().stop();
}

TEST(Lead, LeavesItsOwnBytesUntilTheNextSample) {
  recorder().start({.interval = 1 << 20U});
  const Fake table("lead_sampled");
  table.born(16);  // the thread has drawn
  const alloc::UntilSample before = alloc::until_sample;
  alloc::UntilSample until;
  const alloc::TableInfo info{.id = table.table, .kind = table.kind, .type_name = "fake"};
  const hashmap::PartInfo part{.part = hashmap::Part::kOther};
  for (int i = 0; i < 1000; ++i) kOwnLead.on_alloc({fake_block(), 64, info, part, {}, BUCKETPROF_ANCHOR()}, until);
  EXPECT_EQ(alloc::until_sample.bytes, before.bytes);
  EXPECT_EQ(alloc::until_sample.epoch, before.epoch);
  EXPECT_EQ(until.epoch, before.epoch);
  recorder().stop();
}

// What the stub of a lead has been told, in the child alone.
int told_allocations = 0;
int told_frees = 0;
int told_unloads = 0;
bool has_follower = false;
alloc::TableHandle stub_handle;

constexpr Lead kStub{
    .on_alloc = [](const Allocation& allocation, alloc::UntilSample& until) noexcept -> alloc::TableHandle* {
      told_allocations += allocation.bytes == 48 && &until == &alloc::until_sample ? 1 : 100;
      return &stub_handle;
    },
    .on_free = [](void*) noexcept { ++told_frees; },
    .draw_table_ids = []() noexcept { return 7 * alloc::kIdsPerDraw; },
    .find_or_make_handle = [](alloc::TableId) noexcept { return &stub_handle; },
    .find_handle = [](alloc::TableId) noexcept { return &stub_handle; },
    .bucket_block_not_recorded = [](alloc::TableHandle*, alloc::TableId) noexcept {},
    .retire_if_empty = [](alloc::TableHandle*, alloc::TableId) noexcept {},
    .named = [](std::string_view) noexcept { return alloc::TableName{5}; },
    .unload_begins = []() noexcept { told_unloads += 10; },
    .unload_ended = []() noexcept { ++told_unloads; },
    .filter = []() noexcept { return alloc::recorded_filter; },
    .add =
        [](Follower& follower) noexcept {
          has_follower = true;
          follower.epoch->store(9);
        },
    .remove = [](Follower&) noexcept { has_follower = false; },
};

int follow_and_check() {
  follow(kStub);
  const Fake table("follows");
  const hashmap::PartInfo part{.part = hashmap::Part::kOther};
  bool ok = has_follower && lead() == &kStub && table.name() == 5 && alloc::recording_epoch == 9;
  ok = ok && alloc::draw_table_ids() == 7 * alloc::kIdsPerDraw && alloc::find_or_make_handle(1) == &stub_handle &&
       alloc::find_handle(1) == &stub_handle;
  void* const block = fake_block();
  ok = ok && table.born(block, 48, part) == &stub_handle && told_allocations == 1;
  {
    const ReentrancyGuard inside;  // as a signal handler that interrupted us
    ok = ok && table.born(block, 48, part) == &stub_handle && told_allocations == 2;
    alloc::record_free_slow(block);
  }
  alloc::record_free_slow(block);
  unfollow();
  return ok && told_frees == 2 && told_unloads == 11 && !has_follower ? 0 : 1;
}

TEST(Lead, IsToldEverything) {
  const pid_t child = ::fork();
  if (child == 0) {  // in a thread that has not used the recorder before
    int fault = 1;
    std::thread([&fault] { fault = follow_and_check(); }).join();
    ::_exit(fault);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace bucketprof::record
