// SPDX-License-Identifier: Apache-2.0
//
// Holds many live blocks and prints the recorder's memory for each, the time of a snapshot, and the longest time that
// another thread's table needed meanwhile to allocate and free. `many_blocks nodes|tables BLOCKS`: the blocks are nodes
// of one table, or tables of one entry. Prints "bytes_a_block snapshot_ms longest_us".
#include <time.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "profiler/containers_std.h"
#include "profiler/profiler.h"
#include "profiler/record/recorder.h"

namespace {

using Nodes = bucketprof::profiled::unordered_map<std::uint64_t, std::uint64_t>;

double milliseconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

/// The longest wall time that one of many tables needed to allocate and free its blocks.
double longest_ms(const std::atomic<bool>& done) {
  double longest = 0;
  while (!done.load(std::memory_order_relaxed)) {
    const double start = milliseconds(CLOCK_MONOTONIC);
    Nodes table;
    table[1] = 1;
    table.clear();
    longest = std::max(longest, milliseconds(CLOCK_MONOTONIC) - start);
  }
  return longest;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view kind = argc == 3 ? argv[1] : "";
  if (kind != "nodes" && kind != "tables") {
    std::fputs("usage: many_blocks nodes|tables BLOCKS\n", stderr);
    return 2;
  }
  const auto blocks = static_cast<std::uint64_t>(std::atoll(argv[2]));
  bucketprof::start({.memory_limit = std::uint64_t{16} << 30U});
  Nodes nodes;
  std::vector<Nodes> tables;
  if (kind == "nodes") {
    for (std::uint64_t i = 0; i < blocks; ++i) nodes[i] = i;
  } else {
    tables.resize(blocks / 2);  // each a bucket array and a node
    for (Nodes& table : tables) table[1] = 1;
  }

  using namespace bucketprof::record;
  std::vector<double> longest;
  double snapshot_ms = 0;
  double bytes_a_block = 0;
  for (int round = 0; round < 5; ++round) {
    std::atomic<bool> done{false};
    double waited = 0;
    std::thread other([&] { waited = longest_ms(done); });
    const double start = milliseconds(CLOCK_THREAD_CPUTIME_ID);
    {
      const Snapshot taken = recorder().snapshot(bucketprof::At::kNow);
      bytes_a_block = static_cast<double>(taken.memory.live) / static_cast<double>(blocks);
      if (!taken.complete) return 1;
    }
    snapshot_ms = milliseconds(CLOCK_THREAD_CPUTIME_ID) - start;
    done = true;
    other.join();
    longest.push_back(waited);
  }
  // The scheduler delays the other thread in some rounds, the recorder in every round: the minimum is the recorder's.
  std::printf("%.2f %.1f %.0f\n", bytes_a_block, snapshot_ms, *std::min_element(longest.begin(), longest.end()) * 1e3);
  std::fflush(stdout);
  std::_Exit(0);  // without destructors, which would only take time
}
