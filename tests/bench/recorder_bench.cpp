// SPDX-License-Identifier: Apache-2.0
//
// One contender of `scripts/bench recorder`, measured once: fills and drops hash tables under twelve nested calls.
// `plain` uses the standard allocator, so that other people's profilers can be put underneath; `off`, `sampled` and
// `exact` use ours in the recorder's three modes. Prints the nanoseconds per key of the slowest thread.
// go_recorder/main.go does the same work; change both together.
// Usage: recorder_bench plain|off|sampled|exact node|flat|map THREADS TABLES
#include <fmt/format.h>

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "hashmap/map.h"
#include "profiler/alloc/allocator.h"
#include "profiler/profiler.h"

namespace {

using Entry = std::pair<const std::uint64_t, std::uint64_t>;
using Key = std::uint64_t;
template <bucketprof::Kind K>
using Ours = bucketprof::Allocator<Entry, Entry, K>;

constexpr int kNodeKeys = 1000;
constexpr int kFlatKeys = 100;

Key next_key(Key& state) {
  state += 0x9e3779b97f4a7c15;
  Key x = state;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

template <class Table>
[[gnu::noinline]] std::uint64_t fill_and_drop(Key& state, int keys) {
  Table table;
  for (int i = 0; i < keys; ++i) table[next_key(state)] = 1;
  return table.size();
}

template <class Table, int Depth>
[[gnu::noinline]] std::uint64_t nested(Key& state, int keys) {
  if constexpr (Depth == 0) {
    return fill_and_drop<Table>(state, keys);
  } else {
    const std::uint64_t sum = nested<Table, Depth - 1>(state, keys);
    asm volatile("");  // no tail call
    return sum;
  }
}

/// Nanoseconds per key.
template <class Table>
double measure(int keys, int threads, int tables) {
  std::vector<double> times(static_cast<std::size_t>(threads));
  std::vector<std::thread> workers;
  for (int t = 0; t < threads; ++t) {
    workers.emplace_back([&times, t, keys, tables] {
      Key state = static_cast<Key>(t);
      std::uint64_t sum = nested<Table, 12>(state, keys);  // warm
      const auto start = std::chrono::steady_clock::now();
      for (int i = 0; i < tables; ++i) sum += nested<Table, 12>(state, keys);
      const std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - start;
      if (sum == 0) std::abort();
      times[static_cast<std::size_t>(t)] = time.count() / (double(tables) * keys);
    });
  }
  for (std::thread& worker : workers) worker.join();
  return *std::max_element(times.begin(), times.end());
}

template <class Node, class Flat, class Bundled>
double measure_one(std::string_view workload, int threads, int tables) {
  using Hash = std::hash<Key>;
  using Equal = std::equal_to<Key>;
  if (workload == "node") return measure<std::unordered_map<Key, Key, Hash, Equal, Node>>(kNodeKeys, threads, tables);
  if (workload == "map") return measure<bucketprof::Map<Key, Key, Hash, Equal, Bundled>>(kNodeKeys, threads, tables);
  return measure<boost::unordered_flat_map<Key, Key, boost::hash<Key>, Equal, Flat>>(kFlatKeys, threads, tables);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view mode = argc == 5 ? argv[1] : "";
  const std::string_view workload = argc == 5 ? argv[2] : "";
  const int threads = argc == 5 ? std::atoi(argv[3]) : 0;
  const int tables = argc == 5 ? std::atoi(argv[4]) : 0;
  const bool known = mode == "plain" || mode == "off" || mode == "sampled" || mode == "exact";
  if (!known || (workload != "node" && workload != "flat" && workload != "map") || threads < 1 || tables < 1) {
    fmt::print(stderr, "usage: recorder_bench plain|off|sampled|exact node|flat|map THREADS TABLES\n");
    return 2;
  }
  double ns = 0;
  if (mode == "plain") {
    using Plain = std::allocator<Entry>;
    ns = measure_one<Plain, Plain, Plain>(workload, threads, tables);
  } else {
    using bucketprof::Kind;
    if (mode == "sampled") bucketprof::start({.interval = bucketprof::kSampled});
    if (mode == "exact") bucketprof::start();
    ns = measure_one<Ours<Kind::kStdNode>, Ours<Kind::kBoostFlat>, Ours<Kind::kGoMap>>(workload, threads, tables);
  }
  fmt::print("{:.3f}\n", ns);
}
