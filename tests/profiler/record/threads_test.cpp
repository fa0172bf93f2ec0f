// SPDX-License-Identifier: Apache-2.0
//
// Per-thread counters: the exit of a thread loses no counts and needs no memory, ThreadBlocks are reused, and readers
// never see a free without its alloc.
#include "profiler/record/threads.h"
#include "tests/support/sanitized.h"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>
#include <vector>

namespace bucketprof::record {
namespace {

constexpr std::uint32_t kPage = ThreadBlock::kPageSites;

/// Sites of which only the numbers are set: the counters use nothing else.
struct Numbered {
  std::vector<Site> sites = std::vector<Site>(200 * kPage);
  Numbered() {
    for (std::uint32_t i = 0; i < sites.size(); ++i) sites[i].number = i;
  }
  Site& operator[](std::uint32_t number) { return sites[number]; }
};

struct ThreadSums {
  std::vector<std::uint64_t> allocs;
  std::vector<std::uint64_t> frees;
};
ThreadSums read(const Threads& threads, std::uint32_t sites) {
  ThreadSums sums{std::vector<std::uint64_t>((sites / kPage + 1) * kPage),
                  std::vector<std::uint64_t>((sites / kPage + 1) * kPage)};
  for (std::uint32_t page = 0; page * kPage <= sites; ++page) {
    threads.add_frees(page, sums.frees.data() + page * kPage);
    threads.add_allocs(page, sums.allocs.data() + page * kPage);
  }
  return sums;
}
void count(std::atomic<std::uint64_t>& counter) {
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

TEST(Threads, EndsKeepEverySum) {
  constexpr std::uint32_t kSites = 2000;
  Arena arena;
  Threads threads(arena);
  Numbered sites;
  std::vector<ThreadBlock*> running;
  std::vector<std::uint64_t> allocs(kSites + 1);
  std::vector<std::uint64_t> frees(kSites + 1);
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    if (running.size() < 10 && random() % 50 == 0) {
      running.push_back(threads.acquire());
      ASSERT_NE(running.back(), nullptr);
      ASSERT_EQ(running.back()->pending_inuse, 0);
    }
    if (!running.empty() && random() % 60 == 0) {
      const std::size_t ending = random() % running.size();
      threads.release(running[ending]);
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(ending));
    }
    for (ThreadBlock* block : running) {
      const auto site = static_cast<std::uint32_t>(1 + random() % kSites);
      SiteCounter* counter = block->make_counter(sites[site], arena);
      ASSERT_NE(counter, nullptr);
      if (random() % 3 == 0 && frees[site] < allocs[site]) {
        count(counter->frees);
        ++frees[site];
      } else {
        count(counter->allocs);
        ++allocs[site];
      }
    }
    if (i % 1000 != 0) continue;
    const ThreadSums sums = read(threads, kSites);
    for (std::uint32_t site = 1; site <= kSites; ++site) {
      ASSERT_EQ(sums.allocs[site], allocs[site]);
      ASSERT_EQ(sums.frees[site], frees[site]);
    }
  }
}

TEST(Threads, EndedOnesAreUsedAgain) {
  Arena arena;
  Threads threads(arena);
  Numbered sites;
  std::size_t after_first = 0;
  for (int i = 0; i < 5000; ++i) {
    ThreadBlock* block = threads.acquire();
    ASSERT_NE(block, nullptr);
    for (std::uint32_t site = 1; site < 3 * kPage; site += 7) count(block->make_counter(sites[site], arena)->allocs);
    threads.release(block);
    if (i == 5) after_first = arena.mapped();
  }
  EXPECT_EQ(arena.mapped(), after_first);
  EXPECT_EQ(read(threads, 100).allocs[8], 5000U);
}

TEST(Threads, EndWithoutAnyMemoryLeft) {
  Arena arena;
  Threads threads(arena);
  Numbered sites;
  ThreadBlock* first = threads.acquire();
  ThreadBlock* second = threads.acquire();
  for (std::uint32_t site = 1; site < 3 * kPage; ++site) {
    count(first->make_counter(sites[site], arena)->allocs);
    if (site < kPage) count(second->make_counter(sites[site], arena)->allocs);
  }
  arena.set_limit(0);
  while (arena.allocate(64) != nullptr) {
  }
  EXPECT_EQ(second->make_counter(sites[100 * kPage], arena), nullptr);
  threads.release(second);
  threads.release(first);
  const ThreadSums sums = read(threads, 3 * kPage);
  for (std::uint32_t site = 1; site < 3 * kPage; ++site) ASSERT_EQ(sums.allocs[site], site < kPage ? 2U : 1U);
  EXPECT_NE(threads.acquire(), nullptr);  // reuses one of the two
}

TEST(Threads, WithoutRoomThereIsNoBlock) {
  BUCKETPROF_SKIP_UNDER_THREAD_SANITIZER();
  for (std::size_t limit = 0; limit < 600'000;
       limit += testing_support::kSanitized && limit >= 100'000 ? 20'480 : 4096) {
    Arena arena;
    arena.set_limit(limit);
    Threads threads(arena);
    Numbered sites;
    std::vector<ThreadBlock*> blocks;
    for (int i = 0; i < 30; ++i) {
      ThreadBlock* block = threads.acquire();
      if (block == nullptr) continue;
      blocks.push_back(block);
      if (SiteCounter* counter = block->make_counter(sites[5], arena)) count(counter->allocs);
    }
    for (ThreadBlock* block : blocks) threads.release(block);
    ASSERT_LE(read(threads, 5).allocs[5], blocks.size());
  }
}

TEST(Threads, NoTwoHaveTheSameOrdinal) {
  Arena arena;
  Threads threads(arena);
  Numbered sites;
  ThreadBlock* a = threads.acquire();
  ThreadBlock* b = threads.acquire();
  EXPECT_NE(a->ordinal, b->ordinal);
  const std::uint64_t ended = a->ordinal;
  threads.release(a);
  a = threads.acquire();
  EXPECT_NE(a->ordinal, ended);
  EXPECT_NE(a->ordinal, b->ordinal);
}

TEST(Threads, ReadersNeverSeeAFreeWithoutItsAlloc) {
  constexpr std::uint32_t kSites = 300;
  constexpr int kBlocks = 40'000;
  Arena arena;
  Threads threads(arena);
  Numbered sites;
  std::atomic<bool> done{false};
  std::vector<std::thread> workers;
  std::vector<std::atomic<std::uint32_t>> handed(4);  // for each thread, the site of a block that it must free
  for (std::size_t t = 0; t < handed.size(); ++t) {
    workers.emplace_back([&, t] {
      std::mt19937_64 random(t);
      ThreadBlock* block = nullptr;
      for (int i = 0; i < kBlocks; ++i) {
        if (block == nullptr) {
          block = threads.acquire();
        }
        const auto site = static_cast<std::uint32_t>(1 + random() % kSites);
        count(block->make_counter(sites[site], arena)->allocs);
        std::uint32_t none = 0;
        if (!handed[(t + 1) % handed.size()].compare_exchange_strong(none, site))
          count(block->make_counter(sites[site], arena)->frees);
        if (const std::uint32_t given = handed[t].exchange(0)) count(block->make_counter(sites[given], arena)->frees);
        if (i % 500 == 499) {
          threads.release(block);
          block = nullptr;
        }
      }
    });
  }
  std::thread reader([&] {
    while (!done) {
      const ThreadSums sums = read(threads, kSites);
      for (std::uint32_t site = 1; site <= kSites; ++site) ASSERT_GE(sums.allocs[site], sums.frees[site]);
    }
  });
  for (std::thread& worker : workers) worker.join();
  done = true;
  reader.join();
  const ThreadSums sums = read(threads, kSites);
  std::uint64_t allocs = 0;
  std::uint64_t frees = 0;
  for (std::uint32_t site = 1; site <= kSites; ++site) {
    allocs += sums.allocs[site];
    frees += sums.frees[site];
  }
  EXPECT_EQ(allocs, handed.size() * kBlocks);
  std::uint64_t waiting = 0;
  for (const auto& site : handed) waiting += site.load() != 0 ? 1 : 0;
  EXPECT_EQ(frees + waiting, allocs);
}

}  // namespace
}  // namespace bucketprof::record
