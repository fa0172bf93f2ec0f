// SPDX-License-Identifier: Apache-2.0
//
// Thousands of short threads, several at a time, that each fill some tables. Tables outlive the thread that filled them
// and are destroyed on another. The recorder's memory must be that of the live threads, not of all there ever were.
// `short_threads THREADS`
#include <algorithm>
#include <array>
#include <cstdlib>
#include <latch>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "tests/programs/findings.h"
#include "tests/programs/situations/situations.h"

namespace bucketprof::programs::short_threads {

// The recorder takes memory in steps of this size: a call site that is seen late may cost one.
constexpr std::uint64_t kLeastGrowth = 256 * 1024;
constexpr int kAlive = 8;  // at a time

Group group("short threads");
std::mutex left_lock;
std::vector<std::unique_ptr<NodeTable>> left;  // by threads, for later ones to destroy

struct AtThreadEnd {
  ~AtThreadEnd() {
    NodeTable late{group};
    fill(late, 5);
  }
};
thread_local AtThreadEnd at_thread_end;

void live_shortly() {
  static_cast<void>(&at_thread_end);
  GoTable buckets{group};
  FlatTable flat{group};
  fill(buckets, 40);
  fill(flat, 40);
  auto mine = std::make_unique<NodeTable>(group);
  fill(*mine, 30);
  const std::scoped_lock guard(left_lock);
  left.push_back(std::move(mine));
  if (left.size() > 20) left.erase(left.begin(), left.begin() + 10);
}

int run(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 1000;
  record::recorder().start({});
  std::array<std::thread, kAlive> alive;
  std::latch all_alive(kAlive);
  for (std::thread& thread : alive) {
    thread = std::thread([&all_alive] {
      for (int i = 0; i < 10; ++i) live_shortly();
      all_alive.arrive_and_wait();
    });
  }
  for (std::thread& thread : alive) thread.join();
  std::uint64_t early = 0;
  for (int i = 0; i < count; ++i) {
    std::thread& next = alive[static_cast<std::size_t>(i) % alive.size()];
    if (next.joinable()) next.join();
    next = std::thread(&live_shortly);
    // By then tables have been in every shard: each thread draws its ids from the next one.
    if (i == std::max(count / 10, 2 * static_cast<int>(record::Tables::kShards))) early = Findings::now().memory.all;
  }
  for (std::thread& thread : alive) thread.join();
  left.clear();

  Findings findings;
  const record::Snapshot snapshot = Findings::now();
  findings.figure("threads", static_cast<std::uint64_t>(count));
  findings.figure("recorder_bytes_early", early);
  findings.figure("recorder_bytes", snapshot.memory.all);
  findings.expect_at_most("recorder's bytes", snapshot.memory.all, early + kLeastGrowth);
  findings.expect_consistent(snapshot);
  findings.expect_exact(snapshot, group);
  findings.expect_equal("in use at the end", snapshot.complete ? group.counts().inuse : 1, std::uint64_t{0});
  findings.expect_nothing_lost(snapshot);
  return findings.status();
}

}  // namespace bucketprof::programs::short_threads
