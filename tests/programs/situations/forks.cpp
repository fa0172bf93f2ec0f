// SPDX-License-Identifier: Apache-2.0
//
// Forks while other threads allocate, start and end, take snapshots and unload code without pause. Each child fills
// tables, also on a second thread, checks that its counts are exact, and exits; one that hangs or fails is reported.
// `forks FORKS [LIBRARY]`
#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

#include "profiler/base/sanitizer.h"
#include "tests/programs/findings.h"
#include "tests/programs/situations/situations.h"

namespace bucketprof::programs::forks {

constexpr std::chrono::seconds kPatience{30};
constexpr int kProfileEvery = 50;  // one child in so many ends with exit(), and so may write a profile

Group parent_group("parent");
Group child_group("child");
std::atomic<bool> stop{false};
// glibc's exit() waits for a lock that dlclose() holds, and a forked child for ever if another thread held it at the
// fork. So a child that ends with exit() is forked while nothing is loaded or unloaded; all others at any time.
std::mutex loading;

void use_tables(Group& group, Number entries) {
  NodeTable nodes{group};
  GoTable buckets{group};
  FlatTable flat{group};
  fill(nodes, entries);
  fill(buckets, entries);
  fill(flat, entries);
}

void churn() {
  while (!stop) use_tables(parent_group, 50);
}
void begin_and_end() {
  while (!stop) {
    std::thread([] { use_tables(parent_group, 5); }).join();
    static_cast<void>(Findings::now());
  }
}
void load_and_unload(const char* library) {
  while (!stop) {
    std::unique_lock guard(loading);
    void* const loaded = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    guard.unlock();
    use_tables(parent_group, 5);
    guard.lock();
    if (loaded != nullptr) dlclose(loaded);
  }
}

/// Runs in the child and returns its exit status. The parent's counts are not checked: fork() may interrupt them.
int child(Findings& findings) {
  use_tables(child_group, 40);
  NodeTable kept{child_group};
  fill(kept, 20);
#if !defined(BUCKETPROF_THREAD_SANITIZER)  // which allows no threads in a child
  std::thread([] { use_tables(child_group, 10); }).join();
#endif
  const record::Snapshot snapshot = Findings::now();
  findings.expect_consistent(snapshot);
  findings.expect_exact(snapshot, child_group);
  findings.expect_equal("mismatches", snapshot.captures.mismatches, std::uint64_t{0});
  return findings.status();
}

/// Waits for the child; true if it ended by itself.
bool ends(pid_t child_id, int& status) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    const pid_t done = waitpid(child_id, &status, WNOHANG);
    if (done == child_id) return true;
    if (done < 0 && errno != EINTR) return false;
    usleep(200);
  }
  kill(child_id, SIGKILL);
  waitpid(child_id, &status, 0);
  return false;
}

int run(int argc, char** argv) {
  const int forks = argc > 1 ? std::atoi(argv[1]) : 100;
  if (!record::recorder().running()) record::recorder().start({});
  Findings findings;
  std::vector<std::thread> threads;
  threads.emplace_back(&churn);
  threads.emplace_back(&churn);
  threads.emplace_back(&begin_and_end);
  if (argc > 2) threads.emplace_back(&load_and_unload, argv[2]);

  std::uint64_t hung = 0;
  std::uint64_t failed = 0;
  for (int i = 0; i < forks && hung < 3; ++i) {
    const bool exits = i % kProfileEvery == 0;
    if (exits) loading.lock();
    const pid_t id = fork();
    if (id == 0) {
      const int status = child(findings);
      if (exits) std::exit(status);
      _exit(status);
    }
    if (exits) loading.unlock();
    int status = 0;
    if (id < 0 || !ends(id, status)) {
      ++hung;
    } else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
      ++failed;
    }
    use_tables(parent_group, 20);
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  findings.figure("forks", static_cast<std::uint64_t>(forks));
  findings.figure("hung", hung);
  findings.expect_equal("children that hang", hung, std::uint64_t{0});
  findings.expect_equal("children that fail", failed, std::uint64_t{0});
  const record::Snapshot snapshot = Findings::now();
  findings.expect_consistent(snapshot);
  findings.expect_exact(snapshot, parent_group);
  findings.expect_exact(snapshot, child_group);
  findings.expect_nothing_lost(snapshot);
  return findings.status();
}

}  // namespace bucketprof::programs::forks
