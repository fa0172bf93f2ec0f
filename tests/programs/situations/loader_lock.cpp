// SPDX-License-Identifier: Apache-2.0
//
// Allocates while another thread holds the loader's lock for two seconds, and a third waits for it inside dlclose: at
// known call sites, at new ones, and on new threads. No allocation may wait for the lock; a busy machine may delay it.
// `loader_lock LIBRARY`
#include <dlfcn.h>
#include <link.h>

#include <atomic>
#include <chrono>
#include <semaphore>
#include <thread>
#include <utility>

#include "tests/programs/findings.h"
#include "tests/programs/situations/situations.h"

namespace bucketprof::programs::loader_lock {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kHeld{2};
constexpr std::uint64_t kMostMicroseconds = 500'000;

Findings findings;
Group group("beside the loader");
std::binary_semaphore lock_is_held{0};
std::atomic<bool> unloading{false};
std::atomic<bool> released{false};
std::atomic<std::uint64_t> longest{0};

int hold(dl_phdr_info*, std::size_t, void*) {
  lock_is_held.release();
  std::this_thread::sleep_for(kHeld);
  released = true;
  return 1;
}

template <class Work>
void timed(Work work) {
  const auto start = Clock::now();
  work();
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
  std::uint64_t seen = longest;
  while (static_cast<std::uint64_t>(took.count()) > seen &&
         !longest.compare_exchange_weak(seen, static_cast<std::uint64_t>(took.count()))) {
  }
}

void use_tables() {
  NodeTable nodes{group};
  GoTable buckets{group};
  fill(nodes, 20);
  fill(buckets, 20);
}

/// A call site of its own for each number, which was never unwound before.
template <int Place>
[[gnu::noinline]] void at_new_place() {
  timed([] { use_tables(); });
  asm volatile("");  // no tail call
}
constexpr int kPlaces = 64;
using At = void (*)();
template <int... Places>
constexpr std::array<At, sizeof...(Places)> places(std::integer_sequence<int, Places...>) {
  return {&at_new_place<Places>...};
}
constexpr auto kNewPlaces = places(std::make_integer_sequence<int, kPlaces>());

int run(int argc, char** argv) {
  void* const library = argc > 1 ? dlopen(argv[1], RTLD_NOW) : nullptr;
  if (library == nullptr) {
    fmt::print(stderr, "usage: loader_lock LIBRARY\n");
    return 2;
  }
  record::recorder().start({});
  use_tables();

  std::thread holder([] { dl_iterate_phdr(&hold, nullptr); });
  lock_is_held.acquire();
  std::uint64_t tables = 0;
  std::uint64_t beside_unloading = 0;
  std::thread unloader;
  const auto begin = Clock::now();
  for (std::size_t place = 0; !released; ++tables) {
    timed([] { use_tables(); });
    if (tables % 16 == 0 && place < kPlaces) {
      kNewPlaces[place++]();
      // During a dlclose the C library lets no thread start: on a slow machine the loop would make no progress.
      if (!unloader.joinable()) std::thread([] { timed([] { use_tables(); }); }).join();
      timed([] { static_cast<void>(Findings::now()); });
    }
    if (!unloader.joinable() && Clock::now() - begin > kHeld / 2) {  // from now on code is being unloaded
      unloader = std::thread([library] {
        unloading = true;
        dlclose(library);
        unloading = false;
      });
    }
    beside_unloading += unloading ? 1 : 0;
  }
  holder.join();
  unloader.join();
  findings.figure("tables_beside_held_lock", tables);
  findings.figure("of_them_beside_dlclose", beside_unloading);
  findings.figure("longest_us", longest);
  findings.expect_at_most("microseconds that an allocation took", longest, kMostMicroseconds);
  if (tables < 100 || beside_unloading < 10) findings.wrong("hardly anything was allocated while the lock was held");
  const record::Snapshot snapshot = Findings::now();
  findings.expect_exact(snapshot, group);
  findings.expect_nothing_lost(snapshot);
  return findings.status();
}

}  // namespace bucketprof::programs::loader_lock
