// SPDX-License-Identifier: Apache-2.0
//
// Forks of a process that records: while other threads record, with fork handlers and signal handlers of the host that
// allocate, and from a signal handler. If a child hangs, its alarm kills it.
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <thread>
#include <vector>

#include "tests/profiler/record/recorded.h"
#include "tests/support/sanitized.h"

namespace bucketprof::record {
namespace {

// Registered before the recorder's fork handlers, so before a fork it runs after them, while they hold all locks.
const Fake* fork_table = nullptr;
void allocate_in_fork_handler() {
  if (fork_table != nullptr) dies(fork_table->born(8));
}
[[maybe_unused]] const int registered =
    pthread_atfork(&allocate_in_fork_handler, &allocate_in_fork_handler, &allocate_in_fork_handler);

class RecorderForkTest : public ::testing::Test {
 protected:
  void SetUp() override { recorder().start({}); }
  void TearDown() override {
    fork_table = nullptr;
    recorder().stop();
  }
};

/// Forks, and expects that `work` returns true in the child.
template <class Work>
void expect_in_child(Work work) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    alarm(60);
    _exit(work() && !::testing::Test::HasFailure() ? 0 : 1);
  }
  int status = 0;
  while (waitpid(child, &status, 0) != child) ASSERT_EQ(errno, EINTR);
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "status " << status;
}

TEST_F(RecorderForkTest, TheChildHasTheCountsAndGoesOnAlone) {
  const Fake table("fork");
  std::vector<void*> blocks;
  for (int i = 0; i < 100; ++i) blocks.push_back(table.born(16));
  expect_in_child([&] {
    for (int i = 0; i < 40; ++i) dies(blocks[static_cast<std::size_t>(i)]);
    void* fresh = table.born(16);
    const Recorded now = recorded(table.name());
    dies(fresh);
    return now.allocs == 101 && now.inuse == 61;
  });
  EXPECT_EQ(recorded(table.name()).allocs, 100U);
  EXPECT_EQ(recorded(table.name()).inuse, 100U);
  for (void* block : blocks) dies(block);
}

TEST_F(RecorderForkTest, WorksBesideThreadsThatRecord) {
  if (testing_support::kSanitized) GTEST_SKIP() << "the sanitizers' own locks may be held in the child";
  const Fake table("fork_beside");
  const Fake mine("fork_mine");
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      while (!done) {
        dies(table.born(64));
        std::thread([&] { dies(table.born(64)); }).join();
        static_cast<void>(recorder().snapshot(At::kNow));
      }
    });
  }
  for (int i = 0; i < 100; ++i) {
    expect_in_child([&] {
      dies(mine.born(8));
      const Snapshot snapshot = recorder().snapshot(At::kNow);
      bool fine = consistent(snapshot) && sum_of(snapshot, mine.name()).allocs == 1;
      std::thread([&] { dies(mine.born(8)); }).join();
      fine = fine && recorded(mine.name()).allocs == 2 && recorded(mine.name()).inuse == 0;
      return fine;
    });
    if (HasFatalFailure()) break;
  }
  done = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(recorded(table.name()).inuse, 0U);
}

// A fork that calls no handlers leaves what a keeper finds: the memory of threads that stopped anywhere.
TEST_F(RecorderForkTest, IsInheritedFromThreadsThatStoppedAnywhere) {
  if (testing_support::kSanitized) GTEST_SKIP() << "the sanitizers' own locks may be held in the child";
  const Fake table("stopped");
  const Fake mine("inherited");
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      while (!done) {
        for (int i = 0; i < 100; ++i) dies(table.born(64));
        static_cast<void>(recorder().snapshot(At::kNow));
      }
    });
  }
  for (int i = 0; i < 300; ++i) {
    void* const kept = mine.born(8);
    const auto child = static_cast<pid_t>(syscall(SYS_fork));
    if (child == 0) {
      alarm(60);
      recorder().inherit();
      const Snapshot snapshot = recorder().snapshot(At::kNow);
      const auto sum = sum_of(snapshot, mine.name());
      _exit(sum.allocs == static_cast<std::uint64_t>(i) + 1 && sum.inuse == 1 ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "round " << i << ", status " << status;
    dies(kept);
  }
  done = true;
  for (std::thread& thread : threads) thread.join();
}

TEST_F(RecorderForkTest, ForkHandlersOfTheHostMayAllocate) {
  const Fake table("fork_handlers");
  fork_table = &table;
  const std::uint64_t nested = lost(Loss::kNested);
  expect_in_child([&] { return recorded(table.name()).inuse == 0; });
  // Once before the fork and once after it, in this process.
  EXPECT_EQ(recorded(table.name()).allocs + lost(Loss::kNested) - nested, 2U);
  EXPECT_EQ(recorded(table.name()).inuse, 0U);
}

const Fake* signal_table = nullptr;
void allocate_in_signal_handler(int) {
  const int saved = errno;
  dies(signal_table->born(24));
  errno = saved;
}

TEST_F(RecorderForkTest, SignalHandlersMayAllocateDuringAFork) {
  const Fake table("fork_signals");
  signal_table = &table;
  dies(table.born(24));
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = &allocate_in_signal_handler;
  action.sa_flags = SA_RESTART;
  sigaction(SIGUSR1, &action, &before);
  const pthread_t forking = pthread_self();
  std::atomic<bool> done{false};
  std::thread sender([&] {
    while (!done) {
      pthread_kill(forking, SIGUSR1);
      usleep(2000);  // the kernel restarts a fork that a signal interrupts, so leave it time
    }
  });
  for (int i = 0; i < 100; ++i) {
    expect_in_child([&] {
      dies(table.born(24));
      return recorded(table.name()).inuse == 0;
    });
    if (HasFatalFailure()) break;
  }
  done = true;
  sender.join();
  sigaction(SIGUSR1, &before, nullptr);
  EXPECT_EQ(recorded(table.name()).inuse, 0U);
}

std::atomic<int> failed_children{0};
void fork_in_signal_handler(int) {
  const int saved = errno;
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);
    dies(signal_table->born(24));
    _exit(0);
  }
  int status = 1;
  if (child > 0 && (waitpid(child, &status, 0) != child || status != 0)) ++failed_children;
  errno = saved;
}

TEST_F(RecorderForkTest, ASignalHandlerMayFork) {
  const Fake table("fork_in_handler");
  signal_table = &table;
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = &fork_in_signal_handler;
  action.sa_flags = SA_RESTART;
  sigaction(SIGUSR1, &action, &before);
  std::atomic<bool> done{false};
  std::thread recording([&] {
    while (!done) dies(table.born(24));
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
  });
  for (int i = 0; i < 50; ++i) {
    pthread_kill(recording.native_handle(), SIGUSR1);
    usleep(1000);
  }
  done = true;
  recording.join();
  sigaction(SIGUSR1, &before, nullptr);
  EXPECT_EQ(failed_children.load(), 0);
  EXPECT_EQ(recorded(table.name()).inuse, 0U);
}

}  // namespace
}  // namespace bucketprof::record
