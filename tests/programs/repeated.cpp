// SPDX-License-Identifier: Apache-2.0
//
// For comparing runs with each other: the same work in every run, on several threads, with tables of every kind.
// `repeated threads`: four threads, each with tables of its own; some of each are still live at the end.
// `repeated table PERCENT`: one table of 64 MiB, and PERCENT more of it.
#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <vector>

#include "profiler/containers_absl.h"
#include "profiler/containers_map.h"
#include "profiler/containers_std.h"
#include "profiler/profiler.h"

namespace {

struct Fixed {  // absl's own hash differs from run to run
  std::size_t operator()(std::uint64_t key) const noexcept { return key * 0x9e3779b97f4a7c15 ^ (key >> 7); }
};
struct Session {
  std::uint64_t user = 0;
  std::uint64_t expires = 0;
  std::uint64_t token[4]{};
};

using Users = bucketprof::profiled::unordered_map<std::uint64_t, Session>;
using Index = bucketprof::profiled::Map<std::uint64_t, std::uint64_t>;
using Cache = bucketprof::profiled::flat_hash_map<std::uint64_t, std::uint64_t, Fixed>;
using Seen = bucketprof::profiled::unordered_set<std::uint64_t>;

[[gnu::noinline]] void load_users(Users& users, std::uint64_t entries) {
  for (std::uint64_t i = 0; i < entries; ++i) users[i] = {i, i + 1, {}};
  asm volatile("");
}

[[gnu::noinline]] void build_index(Index& index, std::uint64_t entries) {
  for (std::uint64_t i = 0; i < entries; ++i) index[i * 7919] = i;
  for (std::uint64_t i = 0; i < entries; i += 3) index.erase(i * 7919);
  asm volatile("");
}

[[gnu::noinline]] void warm_cache(Cache& cache, std::uint64_t entries) {
  cache.reserve(entries * 2);
  for (std::uint64_t i = 0; i < entries; ++i) cache[i] = i;
  asm volatile("");
}

[[gnu::noinline]] void serve_requests(std::uint64_t requests) {
  for (std::uint64_t i = 0; i < requests; ++i) {
    Seen seen{Seen::allocator_type(bucketprof::named("seen"))};
    for (std::uint64_t key = 0; key < 5 + i % 40; ++key) seen.insert(key * i);
    asm volatile("");
  }
}

/// Kept for the whole run, as a server keeps its tables.
struct Kept {
  Users users{Users::allocator_type(bucketprof::named("users"))};
  Index index{Index::allocator_type(bucketprof::named("index"))};
  Cache cache{Cache::allocator_type(bucketprof::named("cache"))};
};

void work(std::uint64_t number) {
  Kept& kept = *new Kept;
  load_users(kept.users, 6'000 + 1'000 * number);
  build_index(kept.index, 20'000);
  warm_cache(kept.cache, 10'000);
  serve_requests(1'000);
  Index again(kept.index);
  build_index(again, 25'000);
}

void threads() {
  std::vector<std::thread> running;
  for (std::uint64_t i = 0; i < 4; ++i) running.emplace_back(work, i);
  for (std::thread& one : running) one.join();
}

void table(std::uint64_t percent) {
  Users& users = *new Users(Users::allocator_type(bucketprof::named("users")));
  users.reserve(1'300'000);  // the same array for every PERCENT
  constexpr std::uint64_t kNode = 8 + sizeof(std::pair<const std::uint64_t, Session>);
  const std::uint64_t bytes = (std::uint64_t{64} << 20) * (100 + percent) / 100;
  load_users(users, (bytes - users.bucket_count() * sizeof(void*)) / kNode);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (what == "threads") {
    threads();
  } else if (what == "table") {
    table(argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0);
  } else {
    fmt::print(stderr, "usage: repeated threads|table [PERCENT]\n");
    return 2;
  }
  return 0;
}
