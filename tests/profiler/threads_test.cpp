// SPDX-License-Identifier: Apache-2.0
//
// Exact recording with eight threads that fill and destroy tables while snapshots are taken: each snapshot is
// consistent, and after joining the profile equals the counting layer to the byte and to the block.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <random>
#include <thread>
#include <unordered_map>
#include <vector>

#include "hashmap/map.h"
#include "profiler/model/validate.h"
#include "profiler/profiler.h"
#include "profiler/tables/names.h"
#include "tests/support/counting.h"
#include "tests/support/totals.h"

namespace bucketprof::tests {
namespace {

using hashmap::Part;
using Entry = std::pair<const std::uint64_t, std::uint64_t>;
constexpr int kMapLayer = 20;
constexpr int kStdLayer = 21;
using TestMap = Map<std::uint64_t, std::uint64_t, std::hash<std::uint64_t>, std::equal_to<std::uint64_t>,
                    Watched<kMapLayer, Entry, Entry, Kind::kGoMap>>;
using TestStd = std::unordered_map<std::uint64_t, std::uint64_t, std::hash<std::uint64_t>, std::equal_to<std::uint64_t>,
                                   Watched<kStdLayer, Entry, Entry, Kind::kStdNode>>;

Counts of(const Values& values) {
  return {values[model::kAllocObjects], values[model::kAllocSpace], values[model::kInuseObjects],
          values[model::kInuseSpace]};
}

// Fills and destroys tables of many sizes. `keep` receives some, which another thread will destroy.
void churn(unsigned seed, int rounds, std::vector<TestMap>& keep) {
  std::mt19937_64 random(seed);
  for (int round = 0; round < rounds; ++round) {
    TestMap map{TestMap::allocator_type(named("threads map"))};
    TestStd standard{TestStd::allocator_type(named("threads std"))};
    const std::uint64_t entries = random() % 400;
    if (round % 5 == 0) map.reserve(random() % 1000);
    for (std::uint64_t i = 0; i < entries; ++i) {
      map[random() % 500] = i;
      standard[random() % 500] = i;
    }
    if (round % 7 == 0) keep.push_back(std::move(map));
  }
}

TEST(ExactThreads, ProfileEqualsTheCountingLayer) {
  constexpr int kThreads = 8;
  start();
  std::vector<std::vector<TestMap>> kept(kThreads);
  std::atomic<int> running{kThreads};
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      churn(t, 150, kept[t]);
      running.fetch_sub(1);
    });
  }
  int snapshots = 0;
  while (running.load() > 0 || snapshots < 4) {
    for (const At at : {At::kNow, At::kPeak}) {
      const model::Profile profile = snapshot(at);
      const Status valid = model::validate_ours(profile);
      EXPECT_TRUE(valid.ok()) << valid.error();
      ++snapshots;
    }
  }
  for (std::thread& thread : threads) thread.join();

  const auto compare = [] {
    const model::Profile profile = snapshot(At::kNow);
    for (const Part part : {Part::kBuckets, Part::kOverflow, Part::kNodes, Part::kOther}) {
      EXPECT_EQ(of(totals(profile, "threads map", tables::name_of(part))), counted(kMapLayer, part));
      EXPECT_EQ(of(totals(profile, "threads std", tables::name_of(part))), counted(kStdLayer, part));
    }
  };
  compare();
  EXPECT_GT(counted(kMapLayer).inuse_objects, 0);
  EXPECT_GT(counted(kMapLayer, Part::kOverflow).alloc_objects, 0);

  // Blocks that one thread allocated and another one frees, after the first has ended.
  std::thread dropper([&kept] {
    for (auto& maps : kept) maps.clear();
  });
  dropper.join();
  compare();
  EXPECT_EQ(counted(kMapLayer).inuse_objects, 0);
  stop();
}

}  // namespace
}  // namespace bucketprof::tests
