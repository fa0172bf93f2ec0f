// SPDX-License-Identifier: Apache-2.0
//
// Everything at once, until so many blocks were allocated: sixteen threads work on tables of all kinds, their own and
// each other's, threads start and end, a snapshot is taken every 100 ms, processes are forked, libraries loaded and
// unloaded. At the end all totals must be exact, nothing lost, and the recorder's memory within what its design allows.
// `soak BLOCKS LIBRARY`
#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <latch>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "tests/programs/findings.h"
#include "tests/programs/situations/situations.h"
#include "tests/support/sanitized.h"

namespace bucketprof::programs::soak {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr int kThreads = 16;
constexpr int kMostAlive = 2 * kThreads + 3;
constexpr auto kBetweenSnapshots = 100ms;
constexpr auto kBetweenForks = 50ms;
constexpr auto kBetweenLoads = 10ms;
constexpr std::uint64_t kLeastSnapshots = 20;
constexpr std::uint64_t kLeastLoads = 10;
constexpr std::uint64_t kLeastForks = 20;
constexpr auto kPatience = 30s;  // for a child to end
// The recorder keeps sites and peaks for ever, so the sizes of tables are limited: after a while no site is new.
constexpr std::array<Number, 6> kSizes{1, 7, 20, 60, 150, 400};
// The recorder's memory depends on what there is, not on how long it runs: on threads, call sites, peaks and live
// blocks, all of which are bounded here. It comes to 7 MiB on a quick machine, and to less where rare combinations have
// not occurred yet. Of a hundred million blocks, a leak of one byte in ten would exceed this.
constexpr std::uint64_t kMostRecorderBytes = 12 << 20;
constexpr std::size_t kMostLeft = 64;

Findings findings;
Group nodes_group("soak nodes");
Group go_group("soak go");
Group flat_group("soak flat");
Group short_group("soak of short threads");
Group library_group("soak beside unloading");
std::atomic<bool> stop{false};
std::atomic<std::uint64_t> loads{0};
std::atomic<std::uint64_t> forks{0};

using Nodes = std::unique_ptr<NodeTable>;
using Go = std::unique_ptr<GoTable>;
using Flat = std::unique_ptr<FlatTable>;
using AnyTable = std::variant<Nodes, Go, Flat>;

/// Tables that a thread leaves for any other thread to change and destroy.
class Left {
 public:
  void put(AnyTable table) {
    AnyTable oldest;  // destroyed outside the lock
    const std::scoped_lock guard(lock_);
    tables_.push_back(std::move(table));
    if (tables_.size() > kMostLeft) {
      oldest = std::move(tables_.front());
      tables_.erase(tables_.begin());
    }
  }
  AnyTable take() {
    const std::scoped_lock guard(lock_);
    if (tables_.empty()) return {};
    AnyTable last = std::move(tables_.back());
    tables_.pop_back();
    return last;
  }
  void clear() { tables_.clear(); }

 private:
  std::mutex lock_;
  std::vector<AnyTable> tables_;
};
Left left;

AnyTable make_table(std::mt19937& random) {
  switch (random() % 3) {
    case 0:
      return std::make_unique<NodeTable>(nodes_group);
    case 1:
      return std::make_unique<GoTable>(go_group);
    default:
      return std::make_unique<FlatTable>(flat_group);
  }
}

template <class Table>
void change(Table& table, std::mt19937& random) {
  const Number entries = kSizes[random() % kSizes.size()];
  switch (random() % 4) {
    case 0:
      if (table.empty()) table.reserve(entries);
      [[fallthrough]];
    case 1:
      return fill(table, entries);
    case 2:
      for (Number i = 0; i < entries; ++i) table.erase(i);
      return;
    default:
      return table.clear();
  }
}

void work(unsigned seed) {
  std::mt19937 random(seed);
  while (!stop) {
    AnyTable table = random() % 2 == 0 ? left.take() : AnyTable();
    for (int i = 0; i < 3; ++i) {
      std::visit(
          [&](auto& one) {
            if (one != nullptr) change(*one, random);
          },
          table);
      if (i == 0 && std::visit([](auto& one) { return one == nullptr; }, table)) table = make_table(random);
    }
    if (random() % 2 == 0) left.put(std::move(table));
    if (random() % 256 == 0) {
      std::thread([] {
        NodeTable mine{short_group};
        fill(mine, 20);
      }).join();
    }
  }
}

void load_and_unload(const std::string& path) {
  for (; !stop; ++loads) {
    void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return findings.wrong(dlerror());
    NodeTable over{library_group};  // outlives the unloading
    // Its code allocates nothing: each address that it is loaded at would make new stacks, and so new sites.
    fill(over, 20);
    GoTable inside{library_group};
    fill(inside, 20);
    dlclose(library);
    fill(over, 40);
    std::this_thread::sleep_for(kBetweenLoads);
  }
}

int child() {
  for (int i = 0; i < 3; ++i) {
    NodeTable nodes{nodes_group};
    GoTable buckets{go_group};
    fill(nodes, 60);
    fill(buckets, 60);
  }
  return Findings::now().complete ? 0 : 1;
}

void fork_children() {
  std::uint64_t hung = 0;
  for (; !stop; ++forks) {
    const pid_t id = fork();
    if (id == 0) _exit(child());
    int status = -1;
    const auto deadline = Clock::now() + kPatience;
    while (waitpid(id, &status, WNOHANG) == 0) {
      if (Clock::now() > deadline) {
        ++hung;
        kill(id, SIGKILL);
        waitpid(id, nullptr, 0);
        break;
      }
      std::this_thread::sleep_for(1ms);
    }
    if (status != 0) findings.wrong(fmt::format("child {} ended with {}", forks.load(), status));
    std::this_thread::sleep_for(kBetweenForks);
  }
  findings.figure("hung", hung);
}

/// Runs as many threads at once as there will ever be: the recorder keeps a thread's memory for later threads.
void warm_up() {
  std::latch all_alive(kMostAlive);
  std::vector<std::thread> threads;
  for (int i = 0; i < kMostAlive; ++i) {
    threads.emplace_back([&all_alive] {
      for (int j = 0; j < 5; ++j) {
        NodeTable mine{short_group};
        fill(mine, 20);
      }
      all_alive.arrive_and_wait();
    });
  }
  for (std::thread& thread : threads) thread.join();
}

const std::array<const Group*, 5> groups{&nodes_group, &go_group, &flat_group, &short_group, &library_group};

std::uint64_t allocated() {
  std::uint64_t blocks = 0;
  for (const Group* group : groups) blocks += group->counts().allocs;
  return blocks;
}

/// Takes snapshots until there were so many blocks, and enough of all else. Returns the recorder's most bytes.
std::uint64_t take_snapshots(std::uint64_t blocks) {
  std::uint64_t most = 0;
  std::uint64_t snapshots = 0;
  const auto done = [&] {
    const bool forked = testing_support::kSanitized || forks >= kLeastForks;
    return snapshots >= kLeastSnapshots && loads >= kLeastLoads && forked && allocated() >= blocks;
  };
  for (; !done(); ++snapshots) {
    std::this_thread::sleep_for(kBetweenSnapshots);
    const record::Snapshot snapshot = Findings::now();
    findings.expect_consistent(snapshot);
    most = std::max(most, snapshot.memory.all);
  }
  findings.figure("snapshots", snapshots);
  return most;
}

int run(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: soak BLOCKS LIBRARY\n");
    return 2;
  }
  static_cast<void>(nice(10));  // otherwise other tests on the machine would get a tenth of it
  record::recorder().start({.audit_interval = 101});
  warm_up();
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < kThreads; ++i) threads.emplace_back(&work, i);
  threads.emplace_back(&load_and_unload, std::string(argv[2]));
  if (!testing_support::kSanitized) threads.emplace_back(&fork_children);  // its locks may be held in the child
  const std::uint64_t most = take_snapshots(std::strtoull(argv[1], nullptr, 10));
  stop = true;
  for (std::thread& thread : threads) thread.join();

  const record::Snapshot snapshot = Findings::now();
  std::uint64_t in_use = 0;
  for (const Group* group : groups) {
    findings.expect_exact(snapshot, *group);
    findings.figure(group->label(), group->counts().allocs);
    in_use += group->counts().inuse;
  }
  findings.figure("blocks", allocated());
  findings.figure("loads", loads);
  findings.figure("forks", forks);
  findings.figure("in_use_when_stopped", in_use);
  left.clear();
  for (const Group* group : groups) {
    findings.expect_exact(Findings::now(), *group);
    findings.expect_equal("in use at the end", group->counts().inuse, std::uint64_t{0});
  }
  findings.figure("recorder_bytes", most);
  findings.expect_at_most("recorder's bytes", most, kMostRecorderBytes);
  findings.expect_nothing_lost(snapshot);
  return findings.status();
}

}  // namespace bucketprof::programs::soak
