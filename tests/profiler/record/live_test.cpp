// SPDX-License-Identifier: Apache-2.0
//
// The live table against std::unordered_map: clustered addresses, no room, a full filter, many threads.
#include "profiler/record/live.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <random>
#include <thread>
#include <unordered_map>
#include <vector>

namespace bucketprof::record {
namespace {

const void* at(std::uintptr_t address) { return reinterpret_cast<const void*>(address); }

struct Store {
  explicit Store(std::size_t limit = ~std::size_t{0}) { arena.set_limit(limit); }
  Arena arena;
  std::unique_ptr<Live> live = std::make_unique<Live>(arena);
};

/// Addresses as allocators give them: runs of equal steps in few places.
std::uintptr_t clustered(std::mt19937_64& random) {
  constexpr std::uintptr_t kBases[] = {0x555500000000, 0x7f0000000000, 0x7f0000001000, 0x602000000000};
  return kBases[random() % 4] + (random() % 20'000) * (random() % 2 == 0 ? 16 : 4096);
}

void compare_with_model(Store& store, std::uint64_t operations, std::uint64_t seed, bool room_expected) {
  std::unordered_map<std::uintptr_t, LiveBlock> model;
  std::mt19937_64 random(seed);
  std::uint64_t refused = 0;
  for (std::uint64_t i = 0; i < operations; ++i) {
    const std::uintptr_t address = clustered(random);
    // Phases that grow and phases that shrink.
    const bool add = random() % 8 < (i / 100'000 % 2 == 0 ? 5U : 3U);
    const auto known = model.find(address);
    if (add && known == model.end()) {
      const LiveBlock block{static_cast<std::uint32_t>(random()), static_cast<std::uint32_t>(random())};
      if (store.live->insert(at(address), block)) {
        model.emplace(address, block);
      } else {
        ++refused;
      }
    } else if (!add) {
      const auto removed = store.live->remove(at(address));
      ASSERT_EQ(removed.has_value(), known != model.end());
      if (known == model.end()) continue;
      ASSERT_EQ(removed->site, known->second.site);
      ASSERT_EQ(removed->bucket_block, known->second.bucket_block);
      model.erase(known);
    }
  }
  if (room_expected) {
    ASSERT_EQ(refused, 0U);
  }
  for (const auto& [address, block] : model) {
    const auto removed = store.live->remove(at(address));
    ASSERT_TRUE(removed.has_value());
    ASSERT_EQ(removed->site, block.site);
    ASSERT_FALSE(store.live->remove(at(address)).has_value());
  }
}

TEST(Live, BehavesAsAMap) {
  Store store;
  compare_with_model(store, 1'000'000, 1, true);
}

TEST(Live, BehavesAsAMapWithWhatRoomThereIs) {
  for (std::size_t limit = 0; limit <= 1'500'000; limit += 50'000) {
    Store store(limit);
    compare_with_model(store, 30'000, limit, false);
    ASSERT_LE(store.arena.mapped(), limit);
  }
}

TEST(Live, IgnoresWhatItNeverSaw) {
  Store store;
  EXPECT_FALSE(store.live->remove(at(0x1000)).has_value());
  EXPECT_FALSE(store.live->remove(nullptr).has_value());
  std::mt19937_64 random(2);
  for (int i = 0; i < 100'000; ++i) ASSERT_TRUE(store.live->insert(at((random() | 1U) << 4U), {1, 0}));
  for (int i = 0; i < 100'000; ++i) ASSERT_FALSE(store.live->remove(at((random() << 4U) | 8U)).has_value());
  EXPECT_FALSE(store.live->remove(nullptr).has_value());
}

TEST(Live, StaysRightWhenTheFilterOverflows) {
  // Far more blocks than 255 to each of the filter's 65,536 places would need too long; the same few places are hit by
  // one address inserted and removed again and again beside many that stay.
  Store store;
  constexpr std::uintptr_t kBlocks = 1'000'000;
  for (std::uintptr_t i = 1; i <= kBlocks; ++i)
    ASSERT_TRUE(store.live->insert(at(i * 16), {static_cast<std::uint32_t>(i), 0}));
  for (int round = 0; round < 300; ++round) {
    ASSERT_TRUE(store.live->remove(at(16)).has_value());
    ASSERT_FALSE(store.live->remove(at(16)).has_value());
    ASSERT_TRUE(store.live->insert(at(16), {1, 0}));
  }
  for (std::uintptr_t i = 1; i <= kBlocks; ++i) {
    const auto removed = store.live->remove(at(i * 16));
    ASSERT_TRUE(removed.has_value());
    ASSERT_EQ(removed->site, i);
  }
}

TEST(Live, ServesThreadsAtOnce) {
  // Every thread owns some addresses, adds and removes them, and hands some to its neighbour, which removes them.
  constexpr std::size_t kThreads = 4;
  Store store;
  std::atomic<std::uint64_t> wrong{0};
  std::vector<std::atomic<std::uintptr_t>> handed(kThreads);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937_64 random(t);
      for (std::uint32_t i = 1; i < 50'000; ++i) {
        const std::uintptr_t address = (std::uintptr_t{i} * kThreads + t + 1) * 16;
        if (!store.live->insert(at(address), {i, 0})) ++wrong;
        if (random() % 4 == 0) {
          std::uintptr_t none = 0;
          if (handed[(t + 1) % kThreads].compare_exchange_strong(none, address)) continue;
        }
        const auto removed = store.live->remove(at(address));
        if (!removed.has_value() || removed->site != i) ++wrong;
        if (const std::uintptr_t given = handed[t].exchange(0)) {
          if (!store.live->remove(at(given)).has_value()) ++wrong;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong.load(), 0U);
}

}  // namespace
}  // namespace bucketprof::record
