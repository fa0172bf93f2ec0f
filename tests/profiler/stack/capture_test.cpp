// SPDX-License-Identifier: Apache-2.0
//
// The three capture methods together: which one is used, that all give the same stack, audits, and situations in which
// only libgcc can be used.
#include "profiler/stack/capture.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "profiler/base/sanitizer.h"
#include "profiler/stack/backtrace.h"
#include "tests/profiler/stack/shapes.h"

namespace bucketprof::stack {
namespace {

using Frames = std::vector<std::uintptr_t>;

struct Thread {
  Thread() { capturer.use_stack(own_stack()); }
  Arena arena;
  Rules rules{arena};
  Capturer capturer;
  Trace unwound;
  Frames last;
  std::vector<Frames> stacks;
  std::uint64_t wrong = 0;
};

/// Captures a stack as the recorder does, and compares it with libgcc's.
[[gnu::noinline]] void capture_here(void* argument) {
  auto& thread = *static_cast<Thread*>(argument);
  const Anchor anchor = BUCKETPROF_ANCHOR();
  if (Replay::Remembered* known = thread.capturer.replay(anchor)) {
    thread.last = thread.stacks[known->stack - 1];
    if (thread.capturer.audit_due() && !thread.capturer.audit(anchor, thread.last)) ++thread.wrong;
  } else {
    const Trace& trace = thread.capturer.capture(anchor, thread.rules);
    thread.last.assign(trace.stack().begin(), trace.stack().end());
    const auto at = std::ranges::find(thread.stacks, thread.last);
    const auto number = static_cast<std::uint32_t>(at - thread.stacks.begin()) + 1;
    if (at == thread.stacks.end()) thread.stacks.push_back(thread.last);
    thread.capturer.remember(anchor, number, thread.arena);
  }
  backtrace(anchor, thread.unwound);
  thread.wrong += std::ranges::equal(thread.last, thread.unwound.stack()) ? 0 : 1;
}

void run(Thread& thread, int rounds = 50) {
  for (int round = 0; round < rounds; ++round) {
    for (std::uint64_t n = 0; n < 20; ++n) shapes(n * 999, static_cast<int>(n), &capture_here, &thread);
  }
}

TEST(Capturer, ReplaysWhatComesBack) {
  ASSERT_TRUE(prepare_learning());
  Thread thread;
  run(thread);
  const CaptureCounts counts = thread.capturer.counts();
  EXPECT_EQ(thread.wrong, 0U);
  EXPECT_EQ(counts.replays + counts.walks + counts.backtraces, 1000U);
  EXPECT_GT(counts.replays, 900U);
  EXPECT_EQ(counts.backtraces, 0U);
  EXPECT_EQ(counts.mismatches, 0U);
}

TEST(Capturer, UsesTheSpeedsItIsTold) {
  ASSERT_TRUE(prepare_learning());
  Thread thread;
  thread.capturer.configure(Unwinding::kWalk, 1);
  run(thread);
  EXPECT_EQ(thread.capturer.counts().walks, 1000U);
  thread.capturer.configure(Unwinding::kBacktrace, 1);
  run(thread);
  EXPECT_EQ(thread.capturer.counts().backtraces, 1000U);
  EXPECT_EQ(thread.capturer.counts().replays, 0U);
  EXPECT_EQ(thread.wrong, 0U);
}

TEST(Capturer, OfSamplesRemembersWhatComesBack) {
  ASSERT_TRUE(prepare_learning());
  Thread thread;
  thread.capturer.configure(Unwinding::kReplay, Capturer::kAuditInterval, true);
  run(thread, 2);
  EXPECT_EQ(thread.capturer.counts().replays, 0U);
  run(thread, 48);
  EXPECT_EQ(thread.wrong, 0U);
  EXPECT_GT(thread.capturer.counts().replays, 800U);
}

TEST(Capturer, AuditsAsOftenAsItIsTold) {
  ASSERT_TRUE(prepare_learning());
  for (const std::uint32_t interval : {1U, 2U, 7U, 100U, 100'000U}) {
    Thread thread;
    thread.capturer.configure(Unwinding::kReplay, interval);
    run(thread);
    const CaptureCounts counts = thread.capturer.counts();
    EXPECT_EQ(counts.audits, counts.replays / interval);
    EXPECT_EQ(counts.mismatches, 0U);
    EXPECT_EQ(thread.wrong, 0U);
  }
}

[[gnu::noinline]] bool audit_a_lie(Thread& thread) {
  const Frames lie{1, 2, 3};
  return thread.capturer.audit(BUCKETPROF_ANCHOR(), lie);
}

TEST(Capturer, AMismatchIsCountedAndNothingRememberedIsTrusted) {
  ASSERT_TRUE(prepare_learning());
  Thread thread;
  std::vector<std::uint64_t> walks;
  for (int round = 0; round < 3; ++round) {
    if (round == 2) {
      EXPECT_FALSE(audit_a_lie(thread));
      EXPECT_GT(thread.capturer.trace().depth, 0U);  // trace() has the right stack
    }
    run(thread, 2);
    walks.push_back(thread.capturer.counts().walks);
  }
  EXPECT_EQ(thread.capturer.counts().mismatches, 1U);
  EXPECT_LE(walks[1], walks[0] + 2);  // stacks that the first two rounds did not remember
  EXPECT_GE(walks[2], walks[1] + 20);
}

TEST(Capturer, ForgetsWhenTheThreadHasAnotherStack) {
  ASSERT_TRUE(prepare_learning());
  Thread thread;
  Bounds other = own_stack();
  other.low += 4096;
  std::vector<std::uint64_t> walks;
  for (const Bounds& bounds : {own_stack(), own_stack(), other}) {
    thread.capturer.use_stack(bounds);
    run(thread, 2);
    walks.push_back(thread.capturer.counts().walks);
  }
  EXPECT_LE(walks[1], walks[0] + 2);  // stacks that the first two rounds did not remember
  EXPECT_GE(walks[2], walks[1] + 20);
}

TEST(Capturer, KeepsNothingOfAStackThatIsNotTheThreads) {
  ASSERT_TRUE(prepare_learning());
  Thread thread;
  thread.capturer.use_stack({.low = 4096, .high = 8192});
  run(thread);
  EXPECT_EQ(thread.capturer.counts().replays, 0U);
  EXPECT_EQ(thread.wrong, 0U);
}

Thread* in_handler = nullptr;

TEST(Capturer, LeavesSignalFramesToLibgcc) {
#if defined(BUCKETPROF_THREAD_SANITIZER)
  GTEST_SKIP() << "it calls handlers by itself, and this one allocates";
#endif
  ASSERT_TRUE(prepare_learning());
  Thread thread;
  in_handler = &thread;
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = [](int) { shapes(3, 3, &capture_here, in_handler); };
  ASSERT_EQ(sigaction(SIGUSR1, &action, &before), 0);
  for (int i = 0; i < 20; ++i) raise(SIGUSR1);
  sigaction(SIGUSR1, &before, nullptr);
  EXPECT_EQ(thread.capturer.counts().backtraces, 20U);
  EXPECT_EQ(thread.wrong, 0U);
}

TEST(Capturer, GoesWithoutRulesWhileSomebodyLearns) {
  ASSERT_TRUE(prepare_learning());
  Thread thread;
  const std::scoped_lock guard(thread.rules.lock());
  run(thread, 2);
  EXPECT_EQ(thread.capturer.counts().backtraces, 40U);
  EXPECT_EQ(thread.wrong, 0U);
}

TEST(Capturer, ServesWhileAnExceptionUnwinds) {
  ASSERT_TRUE(prepare_learning());
  Thread thread;
  struct AtUnwinding {
    Thread& thread;
    ~AtUnwinding() { run(thread, 1); }
  };
  for (int i = 0; i < 5; ++i) {
    try {
      const AtUnwinding guard{thread};
      throw std::runtime_error("on purpose");
    } catch (const std::runtime_error&) {
    }
  }
  EXPECT_EQ(thread.wrong, 0U);
}

TEST(Capturer, ServesInAForkedChild) {
  ASSERT_TRUE(prepare_learning());
  const auto thread = std::make_unique<Thread>();
  run(*thread, 2);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    for (std::uint64_t n = 20; n < 40; ++n) shapes(n * 999, static_cast<int>(n), &capture_here, thread.get());
    run(*thread, 2);
    _exit(thread->wrong == 0 ? 0 : 1);
  }
  int status = 1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(Capturer, FitsASmallThreadStack) {
  ASSERT_TRUE(prepare_learning());
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, 64 * 1024), 0);
  const auto body = [](void* wrong) -> void* {
    const auto thread = std::make_unique<Thread>();
    run(*thread, 3);
    *static_cast<std::uint64_t*>(wrong) = thread->wrong;
    return nullptr;
  };
  pthread_t id{};
  std::uint64_t wrong = 1;
  ASSERT_EQ(pthread_create(&id, &attributes, body, &wrong), 0);
  ASSERT_EQ(pthread_join(id, nullptr), 0);
  pthread_attr_destroy(&attributes);
  EXPECT_EQ(wrong, 0U);
}

TEST(Capturer, KeepsErrno) {
  ASSERT_TRUE(prepare_learning());
  Thread thread;
  errno = 1234;
  run(thread, 2);
  EXPECT_EQ(errno, 1234);
}

[[gnu::noinline]] Anchor anchor_here() { return BUCKETPROF_ANCHOR(); }
[[gnu::noinline]] Anchor anchor_deeper() {
  volatile char pad[64];
  pad[0] = 0;
  const Anchor anchor = anchor_here();
  pad[1] = pad[0];
  return anchor;
}
[[gnu::noinline]] Anchor anchor_below() {
  volatile char pad[256];
  pad[0] = 0;
  const Anchor anchor = anchor_deeper();
  pad[1] = pad[0];
  return anchor;
}

TEST(Anchor, TheStackPointerTellsCallsOfOnePlaceApart) {
  const Anchor a = anchor_deeper();
  const Anchor b = anchor_below();
  EXPECT_EQ(a.return_address, b.return_address);
  EXPECT_GT(a.stack_pointer, b.stack_pointer);
}

}  // namespace
}  // namespace bucketprof::stack
