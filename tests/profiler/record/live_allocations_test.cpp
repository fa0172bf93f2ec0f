// SPDX-License-Identifier: Apache-2.0
//
// The live table, compared with std::unordered_map: clustered addresses, lack of memory, constant strides, the filter,
// many threads.
#include "profiler/record/live_allocations.h"
#include "tests/support/sanitized.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <random>
#include <thread>
#include <unordered_map>
#include <vector>

namespace bucketprof::record {
namespace {

const void* at(std::uintptr_t address) { return reinterpret_cast<const void*>(address); }

constexpr std::uint64_t kThisThread = 7;  // this thread's number

struct LiveStore {
  explicit LiveStore(std::size_t limit = ~std::size_t{0}) { arena.set_limit(limit); }
  Arena arena;
  std::unique_ptr<LiveAllocations> live = std::make_unique<LiveAllocations>(arena);
};

/// Addresses as allocators return them: runs of constant stride in a few places.
std::uintptr_t clustered(std::mt19937_64& random) {
  constexpr std::uintptr_t kBases[] = {0x555500000000, 0x7f0000000000, 0x7f0000001000, 0x602000000000};
  return kBases[random() % 4] + (random() % 20'000) * (random() % 2 == 0 ? 16 : 4096);
}

void compare_with_map(LiveStore& store, std::uint64_t operations, std::uint64_t seed, bool room_expected) {
  std::unordered_map<std::uintptr_t, LiveBlock> model;
  std::mt19937_64 random(seed);
  std::uint64_t refused = 0;
  for (std::uint64_t i = 0; i < operations; ++i) {
    const std::uintptr_t address = clustered(random);
    // The table grows and shrinks in turn.
    const bool add = random() % 8 < (i / 100'000 % 2 == 0 ? 5U : 3U);
    const auto known = model.find(address);
    if (add && known == model.end()) {
      const auto number = static_cast<std::uint32_t>(random() | 1U);
      const LiveBlock block = random() % 2 == 0 ? LiveBlock::of_site(number) : LiveBlock::of_bucket_block(number);
      if (store.live->insert(at(address), block, kThisThread)) {
        model.emplace(address, block);
      } else {
        ++refused;
      }
    } else if (add) {  // its free has passed by
      ASSERT_FALSE(store.live->insert(at(address), LiveBlock::of_site(1), kThisThread));
    } else {
      const LiveBlock removed = store.live->remove(at(address), kThisThread);
      ASSERT_EQ(static_cast<bool>(removed), known != model.end());
      if (known == model.end()) continue;
      ASSERT_EQ(removed.number(), known->second.number());
      ASSERT_EQ(removed.is_bucket(), known->second.is_bucket());
      model.erase(known);
    }
  }
  if (room_expected) {
    ASSERT_EQ(refused, 0U);
  }
  for (const auto& [address, block] : model) {
    const LiveBlock removed = store.live->remove(at(address), kThisThread);
    ASSERT_TRUE(removed);
    ASSERT_EQ(removed.number(), block.number());
    ASSERT_FALSE(store.live->remove(at(address), kThisThread));
  }
}

TEST(LiveAllocations, BehavesAsAMap) {
  BUCKETPROF_SKIP_UNDER_THREAD_SANITIZER();
  LiveStore store;
  compare_with_map(store, testing_support::kSanitized ? 300'000 : 1'000'000, 1, true);
}

TEST(LiveAllocations, BehavesAsAMapWithWhatRoomThereIs) {
  BUCKETPROF_SKIP_UNDER_THREAD_SANITIZER();
  for (std::size_t limit = 0; limit <= 1'500'000; limit += 50'000) {
    LiveStore store(limit);
    compare_with_map(store, testing_support::kSanitized ? 8'000 : 30'000, limit, false);
    ASSERT_LE(store.arena.mapped(), limit);
  }
}

TEST(LiveAllocations, IgnoresWhatItNeverSaw) {
  BUCKETPROF_SKIP_UNDER_THREAD_SANITIZER();
  LiveStore store;
  EXPECT_FALSE(store.live->remove(at(0x1000), kThisThread));
  EXPECT_FALSE(store.live->remove(nullptr, kThisThread));
  std::mt19937_64 random(2);
  for (int i = 0; i < 20'000; ++i) {
    const std::uintptr_t address = (random() >> 20U | 1U) << 4U & 0x7fff'ffff'ffff;
    static_cast<void>(store.live->insert(at(address), LiveBlock::of_site(1), kThisThread));
  }
  for (int i = 0; i < 20'000; ++i) ASSERT_FALSE(store.live->remove(at((random() >> 20U) << 4U | 8U), kThisThread));
  EXPECT_FALSE(store.live->remove(nullptr, kThisThread));
  EXPECT_FALSE(
      store.live->insert(at(~std::uintptr_t{15}), LiveBlock::of_site(1), kThisThread));  // no process has this address
}

TEST(LiveAllocations, TakesNoMoreThan24BytesABlock) {
  BUCKETPROF_SKIP_UNDER_THREAD_SANITIZER();
  for (const std::uintptr_t step : {16U, 32U, 48U, 112U}) {
    LiveStore store;
    for (std::uintptr_t blocks = 1; blocks <= 1'000'000; ++blocks) {
      ASSERT_TRUE(store.live->insert(at(0x555500000000 + blocks * step), LiveBlock::of_site(1), kThisThread));
      if (blocks % 50'000 != 0) continue;
      ASSERT_LE(store.live->bytes(), blocks * 24 + 1024 * 1024) << step;
      ASSERT_LE(store.arena.mapped(), blocks * 24 + 2 * 1024 * 1024) << step;
    }
    EXPECT_LE(store.arena.mapped(), 24U * 1'000'000) << step;
  }
}

TEST(LiveAllocations, StaysQuickAtRegularSteps) {
  BUCKETPROF_SKIP_UNDER_THREAD_SANITIZER();
  // If home slots collided, each of these would take a second or more.
  for (std::uintptr_t step = 16; step <= 65536; step *= 2) {
    for (const std::uintptr_t odd : {std::uintptr_t{0}, std::uintptr_t{16}}) {
      LiveStore store;
      for (int round = 0; round < 3; ++round) {
        for (std::uintptr_t i = 0; i < 20'000; ++i) {
          ASSERT_TRUE(store.live->insert(at(0x7f0000000000 + i * (step + odd)), LiveBlock::of_site(1), kThisThread));
        }
        for (std::uintptr_t i = 0; i < 20'000; ++i) {
          ASSERT_TRUE(store.live->remove(at(0x7f0000000000 + (i * 7919 % 20'000) * (step + odd)), kThisThread));
        }
      }
    }
  }
}

TEST(LiveAllocations, TheFilterLetsRecordedBlocksThrough) {
  LiveStore store;
  const bool before = alloc::filter_place(at(0x7f0000001000)).load() != 0;  // another test has opened it
  std::mt19937_64 random(3);
  std::vector<std::uintptr_t> addresses;
  for (std::uintptr_t i = 1; i <= 100'000; ++i) addresses.push_back(0x7f0000000000 + i * 32);
  for (int round = 0; round < 300; ++round) {  // more often than the filter's counter can count
    ASSERT_TRUE(store.live->insert(at(16), LiveBlock::of_site(1), kThisThread));
    ASSERT_NE(alloc::filter_place(at(16)).load(), 0);
    ASSERT_TRUE(store.live->remove(at(16), kThisThread));
  }
  if (!before) {
    EXPECT_EQ(alloc::filter_place(at(16)).load(), 0);
  }
  for (const std::uintptr_t address : addresses) {
    ASSERT_TRUE(store.live->insert(at(address), LiveBlock::of_site(1), kThisThread));
  }
  std::shuffle(addresses.begin(), addresses.end(), random);
  for (const std::uintptr_t address : addresses) {
    ASSERT_NE(alloc::filter_place(at(address)).load(), 0);
    ASSERT_TRUE(store.live->remove(at(address), kThisThread));
  }
  if (!before) {
    EXPECT_EQ(alloc::filter_place(at(0x7f0000001000)).load(), 0);  // 128 blocks per page: no counter was full
  }
}

TEST(LiveAllocations, AFullPlaceOfTheFilterStaysOpen) {
  LiveStore store;
  for (std::uintptr_t i = 0; i < 256; ++i) {  // all of them in one page
    ASSERT_TRUE(store.live->insert(at(0x600000000000 + i * 16), LiveBlock::of_site(1), kThisThread));
  }
  for (std::uintptr_t i = 0; i < 256; ++i) ASSERT_TRUE(store.live->remove(at(0x600000000000 + i * 16), kThisThread));
  EXPECT_EQ(alloc::filter_place(at(0x600000000000)).load(), alloc::kOpenFilter);
  LiveAllocations::open_filter();
  EXPECT_EQ(alloc::filter_place(at(0x1234'5678'9000)).load(), alloc::kOpenFilter);
  ASSERT_TRUE(store.live->insert(at(16), LiveBlock::of_site(1), kThisThread));
  ASSERT_TRUE(store.live->remove(at(16), kThisThread));
  EXPECT_EQ(alloc::filter_place(at(16)).load(), alloc::kOpenFilter);
}

TEST(LiveAllocations, ServesThreadsAtOnce) {
  // Every thread owns some addresses, adds and removes them, and hands some to its neighbour, which removes them.
  allow_bias();
  constexpr std::size_t kThreads = 4;
  LiveStore store;
  std::atomic<std::uint64_t> wrong{0};
  std::vector<std::atomic<std::uintptr_t>> handed(kThreads);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937_64 random(t);
      const std::uint64_t me = t + 1;
      for (std::uint32_t i = 1; i < 50'000; ++i) {
        const std::uintptr_t address = (std::uintptr_t{i} * kThreads + t + 1) * 16;
        if (!store.live->insert(at(address), LiveBlock::of_site(i), me)) ++wrong;
        if (random() % 4 == 0) {
          std::uintptr_t none = 0;
          if (handed[(t + 1) % kThreads].compare_exchange_strong(none, address)) continue;
        }
        const LiveBlock removed = store.live->remove(at(address), me);
        if (!removed || removed.number() != i) ++wrong;
        if (const std::uintptr_t given = handed[t].exchange(0)) {
          if (!store.live->remove(at(given), me)) ++wrong;
        }
        if (t == 0 && i % 5000 == 0) {  // as a fork does
          store.live->lock_all();
          store.live->unlock_all();
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong.load(), 0U);
}

}  // namespace
}  // namespace bucketprof::record
