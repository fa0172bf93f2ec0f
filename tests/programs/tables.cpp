// SPDX-License-Identifier: Apache-2.0
//
// Tables of every kind that grow in every way, each filled by a function of its own name: grown, hinted, overflowing.
// All are gone before main returns. Hash seeds are fixed, so that two runs allocate the same blocks.
// `tables ENTRIES [CHECKPOINT]`: at its fullest it writes the profiles CHECKPOINT.pb.gz (ours, of that moment) and, if
// gperftools' heap profiler is loaded, its next dump.
#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "profiler/containers_absl.h"
#include "profiler/containers_std.h"
#include "profiler/profiler.h"
#include "tests/programs/steady_map.h"

namespace {

using bucketprof::programs::SteadyMap;

// All keys in a few buckets: their chains overflow while the table is far from full.
struct Clustered {
  using is_avalanching = void;
  std::size_t operator()(std::uint64_t key) const noexcept { return (key << 56) | (key % 2); }
};
struct Fixed {  // absl's own hash differs from run to run
  std::size_t operator()(std::uint64_t key) const noexcept { return key * 0x9e3779b97f4a7c15 ^ (key >> 7); }
};

using Users = SteadyMap<std::uint64_t, std::string>;
using Hinted = SteadyMap<std::uint64_t, std::uint64_t>;
using Chains = SteadyMap<std::uint64_t, std::uint64_t, Clustered>;
using Index = bucketprof::profiled::unordered_map<std::uint64_t, std::uint64_t>;
using Cache = bucketprof::profiled::flat_hash_map<std::uint64_t, std::uint64_t, Fixed>;

}  // namespace

[[gnu::noinline]] void load_users(Users& users, std::uint64_t entries) {
  for (std::uint64_t i = 0; i < entries; ++i) users[i * 7919] = fmt::format("a user's name, in its own block: {}", i);
  asm volatile("");
}

[[gnu::noinline]] void load_hinted(Hinted& hinted, std::uint64_t entries) {
  hinted.reserve(entries);
  for (std::uint64_t i = 0; i < entries / 3; ++i) hinted[i] = i;
  asm volatile("");
}

[[gnu::noinline]] void fill_chains(Chains& chains, std::uint64_t entries) {
  for (std::uint64_t i = 0; i < entries / 50; ++i) chains[i] = i;
  asm volatile("");
}

[[gnu::noinline]] void build_index(Index& index, std::uint64_t entries) {
  for (std::uint64_t i = 0; i < entries; ++i) index.emplace(i, i * i);
  asm volatile("");
}

[[gnu::noinline]] void cache_results(Cache& cache, std::uint64_t entries) {
  for (std::uint64_t i = 0; i < entries; ++i) cache[i] = i + 1;
  asm volatile("");
}

[[gnu::noinline]] std::uint64_t query(const Users& users, const Index& index, const Cache& cache, std::uint64_t key) {
  const auto user = users.find(key * 7919);
  std::uint64_t sum = user == users.end() ? 0 : user->second.size();
  if (const auto found = index.find(key); found != index.end()) sum += found->second;
  if (const auto found = cache.find(key); found != cache.end()) sum += found->second;
  return sum;
}

[[gnu::noinline]] int checkpoint(const std::string& prefix) {
  if (const auto written = bucketprof::write_profile(prefix + ".pb.gz", bucketprof::At::kNow); !written.ok()) {
    fmt::print(stderr, "{}\n", written.error());
    return 1;
  }
  using Dump = void (*)(const char*);
  const auto dump = reinterpret_cast<Dump>(dlsym(RTLD_DEFAULT, "HeapProfilerDump"));
  if (dump != nullptr) dump("checkpoint");
  return 0;
}

int main(int argc, char** argv) {
  const std::uint64_t entries = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10000;
  Users users(bucketprof::named("users"));
  Hinted hinted(bucketprof::named("hinted"));
  Chains chains(bucketprof::named("chains"));
  Index index(bucketprof::named("index"));
  Cache cache(bucketprof::named("cache"));

  load_users(users, entries);
  load_hinted(hinted, entries);
  fill_chains(chains, entries);
  build_index(index, entries);
  cache_results(cache, entries);
  std::uint64_t sum = 0;
  for (std::uint64_t key = 0; key < entries; key += 3) sum += query(users, index, cache, key);
  fmt::print("{} {} {} {} {} {}\n", users.size(), hinted.size(), chains.size(), index.size(), cache.size(), sum);
  return argc > 2 ? checkpoint(argv[2]) : 0;
}
