// SPDX-License-Identifier: Apache-2.0
//
// The recorder looks at blocks of no table when they are freed, and at live ones when it is asked to.
#include <gtest/gtest.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <thread>
#include <vector>

#include "tests/profiler/record/recorded.h"

namespace bucketprof::record {
namespace {

constexpr std::uint64_t kTableBytes = 5000;

// Blocks are arrays that begin with their number of entries.
layout::Look seen_in(const void* block) noexcept {
  return {.layout = layout::Layout::kAbsl,
          .slot_bytes = 8,
          .slots = 500,
          .full = *static_cast<const std::uint64_t*>(block)};
}
// Copied by the kernel: another thread may be writing it, or have freed it.
layout::Look copied_and_seen(std::uintptr_t block, std::uint64_t) noexcept {
  std::uint64_t entries = 0;
  const iovec from{.iov_base = reinterpret_cast<void*>(block), .iov_len = sizeof entries};
  const iovec to{.iov_base = &entries, .iov_len = sizeof entries};
  return ::process_vm_readv(::getpid(), &to, 1, &from, 1, 0) == sizeof entries ? seen_in(&entries) : layout::Look();
}
constexpr Looker kReader{
    .may_be_array = [](std::uint64_t bytes) noexcept { return bytes == kTableBytes; },
    .at_freed = [](const void* block, std::uint64_t) noexcept { return seen_in(block); },
    .at_live = &copied_and_seen,
};

class RecorderLooks : public testing::Test {
 protected:
  static void SetUpTestSuite() { recorder().look_with(kReader); }
  void SetUp() override { recorder().start({}); }
  void TearDown() override { recorder().stop(); }

  [[gnu::noinline]] void born(void* block, std::uint64_t bytes = kTableBytes) {
    alloc::record_alloc(block, bytes, {}, {.part = hashmap::Part::kBuckets});
  }
  struct Sums {
    std::uint64_t allocs = 0;
    std::uint64_t inuse = 0;
    friend bool operator==(const Sums&, const Sums&) = default;
  };
  /// Of blocks of this size, by the entries seen; -1: not looked at.
  static std::map<std::int64_t, Sums> seen(std::uint64_t bytes = kTableBytes) {
    const Snapshot snapshot = recorder().snapshot(At::kNow);
    std::map<std::int64_t, Sums> found;
    for (const Row& row : snapshot.rows.span()) {
      if (recorder().sites()[row.site].key.bytes != bytes || row.allocs == 0) continue;
      Sums& sums = found[row.look == 0 ? -1 : static_cast<std::int64_t>(recorder().looks()[row.look].full)];
      sums.allocs += row.allocs;
      sums.inuse += row.inuse;
    }
    return found;
  }
};

TEST_F(RecorderLooks, AtBlocksThatAreFreedAndAtLiveOnes) {
  std::array<std::uint64_t, 4> entries{10, 10, 20, 30};
  for (std::uint64_t& block : entries) born(&block);
  EXPECT_EQ(seen(), (std::map<std::int64_t, Sums>{{-1, {4, 4}}}));
  dies(&entries[0]);
  dies(&entries[2]);
  recorder().look_at_live();
  EXPECT_EQ(seen(), (std::map<std::int64_t, Sums>{{10, {2, 1}}, {20, {1, 0}}, {30, {1, 1}}}));
  entries[1] = 11;
  recorder().look_at_live();
  EXPECT_EQ(seen(), (std::map<std::int64_t, Sums>{{10, {1, 0}}, {11, {1, 1}}, {20, {1, 0}}, {30, {1, 1}}}));
  dies(&entries[1]);
  dies(&entries[3]);
}

// What is seen in a live block is noted only if it has been live all the time: else it might be seen in the next block
// with this address, or in memory that is gone.
TEST_F(RecorderLooks, AtLiveBlocksWhileOthersComeAndGo) {
  constexpr std::uint64_t kThreads = 3;
  constexpr std::uint64_t kBlocks = 10'000;
  std::atomic<std::uint64_t> running{kThreads};
  std::vector<std::thread> threads;
  std::vector<std::vector<void*>> kept(kThreads);
  const std::map<std::int64_t, Sums> before = seen();
  for (std::uint64_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (std::uint64_t i = 0; i < kBlocks; ++i) {
        auto* const block = static_cast<std::uint64_t*>(std::malloc(kTableBytes));
        *block = 100 + t;
        born(block);
        kept[t].push_back(block);
        if (kept[t].size() < 50) continue;
        dies(kept[t].front());
        std::free(kept[t].front());
        kept[t].front() = kept[t].back();
        kept[t].pop_back();
      }
      running.fetch_sub(1);
    });
  }
  while (running.load() != 0) {
    recorder().look_at_live();
    ASSERT_TRUE(consistent(recorder().snapshot(At::kNow)));
  }
  for (std::thread& thread : threads) thread.join();
  recorder().look_at_live();
  const std::map<std::int64_t, Sums> after = seen();
  for (std::uint64_t t = 0; t < kThreads; ++t) {
    const auto found = after.find(static_cast<std::int64_t>(100 + t));
    ASSERT_NE(found, after.end());
    EXPECT_EQ(found->second, (Sums{kBlocks, kept[t].size()}));
    for (void* const block : kept[t]) {
      dies(block);
      std::free(block);
    }
  }
  EXPECT_EQ(after.size(), before.size() + kThreads) << "nothing else was seen";
}

TEST_F(RecorderLooks, NotAtBlocksOfOtherSizesNorAtThoseOfTables) {
  std::array<std::uint64_t, 2> blocks{1, 2};
  born(blocks.data(), kTableBytes + 8);
  Fake("looks: a table").born(&blocks[1], kTableBytes + 16, {.part = hashmap::Part::kBuckets});
  const LookCounts before = recorder().snapshot(At::kNow).looks;
  recorder().look_at_live();
  dies(blocks.data());
  dies(&blocks[1]);
  const LookCounts after = recorder().snapshot(At::kNow).looks;
  EXPECT_EQ(after.freed, before.freed);
  EXPECT_EQ(after.live, before.live);
  EXPECT_EQ(seen(kTableBytes + 8), (std::map<std::int64_t, Sums>{{-1, {1, 0}}}));
}

}  // namespace
}  // namespace bucketprof::record
