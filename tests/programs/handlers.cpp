// SPDX-License-Identifier: Apache-2.0
//
// Signal handlers that allocate in tables wherever they interrupt a thread, also inside the recorder. The program's own
// operator new is async-signal-safe (it bumps an atomic), so a hang is the recorder's. A block that a handler allocates
// inside the recorder is not recorded but counted as lost: recorded and lost blocks together are all blocks.
// `handlers SECONDS`
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <new>
#include <thread>
#include <vector>

#include "tests/programs/findings.h"

namespace {

using namespace bucketprof;
using namespace bucketprof::programs;

// Memory is never reused, so the program must not allocate large blocks.
constexpr std::size_t kHeapBytes = std::size_t{64} << 30U;
std::atomic<std::uintptr_t> heap_next{0};

void* bump(std::size_t bytes) noexcept {
  std::uintptr_t start = heap_next.load();
  if (start == 0) {  // static initialisation: one thread
    void* const heap =
        mmap(nullptr, kHeapBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (heap == MAP_FAILED) std::abort();
    heap_next = reinterpret_cast<std::uintptr_t>(heap);
  }
  start = heap_next.fetch_add((bytes + 15) / 16 * 16);
  return reinterpret_cast<void*>(start);
}

Group thread_group("threads");
Group handler_group("handlers");
std::atomic<std::uint64_t> handled{0};

void handle(int) {
  const int saved = errno;
  {
    NodeTable nodes{handler_group};
    for (Number i = 0; i < 3; ++i) nodes[i] = i;
    GoTable buckets{handler_group};
    buckets[1] = 1;
  }
  handled.fetch_add(1, std::memory_order_relaxed);
  errno = saved;
}

/// Allocates without pause. `alternate`: this thread's handlers run on an alternate stack.
void churn(const std::atomic<bool>& stop, bool alternate) {
  std::vector<char> stack(64 * 1024);
  if (alternate) {
    const stack_t own{.ss_sp = stack.data(), .ss_flags = 0, .ss_size = stack.size()};
    sigaltstack(&own, nullptr);
  }
  while (!stop) {
    NodeTable nodes{thread_group};
    FlatTable flat{thread_group};
    GoTable buckets{thread_group};
    fill(nodes, 30);
    fill(flat, 30);
    fill(buckets, 30);
  }
  if (alternate) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    const stack_t none{.ss_sp = nullptr, .ss_flags = SS_DISABLE, .ss_size = 0};
    sigaltstack(&none, nullptr);
  }
}

}  // namespace

void* operator new(std::size_t bytes) { return bump(bytes); }
void* operator new[](std::size_t bytes) { return bump(bytes); }
void operator delete(void*) noexcept {}
void operator delete[](void*) noexcept {}
void operator delete(void*, std::size_t) noexcept {}
void operator delete[](void*, std::size_t) noexcept {}

int main(int argc, char** argv) {
  const std::chrono::milliseconds time(argc > 1 ? 1000 * std::atoi(argv[1]) : 2000);
  record::recorder().start({.audit_interval = 7});
  struct sigaction action {};
  action.sa_handler = &handle;
  action.sa_flags = SA_RESTART | SA_ONSTACK;
  sigaction(SIGUSR1, &action, nullptr);
  action.sa_flags |= SA_NODEFER;  // handlers inside handlers
  sigaction(SIGUSR2, &action, nullptr);

  std::atomic<bool> stop{false};
  std::array<std::thread, 3> threads;
  for (std::size_t i = 0; i < threads.size(); ++i) {
    threads[i] = std::thread([&stop, i] { churn(stop, i % 2 == 0); });
  }
  const auto end = std::chrono::steady_clock::now() + time;
  for (unsigned i = 0; std::chrono::steady_clock::now() < end; ++i) {
    pthread_kill(threads[i % threads.size()].native_handle(), i % 3 == 0 ? SIGUSR2 : SIGUSR1);
    usleep(50);
    if (i % 64 == 0) static_cast<void>(Findings::now());
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();

  Findings findings;
  const record::Snapshot snapshot = Findings::now();
  const auto lost = [&snapshot](record::Loss loss) { return snapshot.losses[static_cast<std::size_t>(loss)]; };
  const std::uint64_t nested = lost(record::Loss::kNested);
  const record::Recorded in_handlers = Findings::recorded_of(snapshot, handler_group);
  findings.figure("handlers", handled);
  findings.figure("nested", nested);
  findings.figure("frees_lost", lost(record::Loss::kFrees));
  findings.expect_consistent(snapshot);
  findings.expect_exact(snapshot, thread_group);
  findings.expect_equal("handlers' blocks, recorded and nested", in_handlers.allocs + nested,
                        handler_group.counts().allocs);
  // Handlers nested in handlers can free more blocks than the recorder can defer; those blocks stay in use.
  findings.expect_at_most("handlers' blocks in use", in_handlers.inuse, lost(record::Loss::kFrees));
  findings.expect_equal("blocks lost", lost(record::Loss::kBlocks), std::uint64_t{0});
  findings.expect_stacks_held(snapshot);
  if (handled < 100) findings.wrong("hardly any handler ran");
  return findings.status();
}
