// SPDX-License-Identifier: Apache-2.0
//
// A program that holds 1,000 blocks and ends in one of many ways, most of which run no destructors: `ends WAY
// [ARGUMENT]`. What it prints shows whether the profiler was noticed. Compiled twice: into program_ends, which is
// linked with the library, and into program_plain_ends, which is not.
#include <fcntl.h>
#include <grp.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/programs/ends/filter.h"

#ifdef BUCKETPROF_LINKED
#include "profiler/alloc/allocator.h"
using Bytes = std::vector<char, bucketprof::Allocator<char>>;
#else
using Bytes = std::vector<char>;
#endif

namespace {

constexpr std::size_t kBlock = 1009;  // bytes; nobody else allocates this many
constexpr unsigned kNobody = 65534;

[[gnu::noinline]] void hold(std::vector<Bytes>& blocks, int count) {
  for (int i = 0; i < count; ++i) blocks.emplace_back(kBlock);
}

void kill_me() { ::kill(::getpid(), SIGKILL); }

void say(const char* text) { (void)!::write(STDOUT_FILENO, text, std::strlen(text)); }

void churn() {
  for (;;) {
    for (std::size_t bytes = 16; bytes < 40'000; bytes += 16) {
      const Bytes block(bytes);
      __asm__ volatile("" ::"r"(block.data()) : "memory");
    }
  }
}

/// Kills the process while its threads are anywhere.
void kill_among_threads() {
  for (int i = 0; i < 4; ++i) std::thread(churn).detach();
  ::usleep(50'000);
  kill_me();
}

/// The main thread ends, another one joins it, and that one ends the process.
void outlive_the_main_thread() {
  static pthread_t main_thread = ::pthread_self();
  std::thread([] {
    ::pthread_join(main_thread, nullptr);
    say("joined\n");
    ::usleep(20'000);
    ::_exit(3);
  }).detach();
  ::pthread_exit(nullptr);
}

/// `interrupt` runs in a signal handler, at some time in malloc.
void interrupt_malloc(void (*interrupt)(int)) {
  struct sigaction action {};
  action.sa_handler = interrupt;
  ::sigaction(SIGALRM, &action, nullptr);
  const itimerval often{.it_interval = {}, .it_value = {.tv_sec = 0, .tv_usec = 30'000}};
  ::setitimer(ITIMER_REAL, &often, nullptr);
  for (;;) ::free(std::malloc(100'000));  // nearly all of its time is in malloc and free
}

void fork_and_kill(std::vector<Bytes>& blocks) {
  const pid_t child = ::fork();
  if (child == 0) {
    hold(blocks, 500);
    kill_me();
  }
  ::waitpid(child, nullptr, 0);
  say(::wait(nullptr) == -1 ? "no other child\n" : "another child\n");
}

void become_user() {
  if (::setgroups(0, nullptr) != 0 || ::setgid(kNobody) != 0 || ::setuid(kNobody) != 0) ::_exit(99);
}

constexpr std::size_t kConfined = 2003;  // bytes of the blocks that are allocated in a sandbox

/// 2^depth blocks, each by another stack.
[[gnu::noinline]] void hold_by_stacks(std::vector<Bytes>& blocks, int depth) {
  if (depth == 0) {
    blocks.emplace_back(kConfined);
    return;
  }
  hold_by_stacks(blocks, depth - 1);
  hold_by_stacks(blocks, depth - 1);
  __asm__ volatile("" ::: "memory");
}

/// Two threads were there before the filter, and allocate in it.
void live_in_a_filter(std::vector<Bytes>& blocks, bool noticed) {
  ::mallopt(M_ARENA_MAX, 1);  // of the C library's malloc: brk is all that it calls
  ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
  std::atomic<bool> filtered{false};
  std::atomic<int> ready{0};
  std::atomic<int> done{0};
  for (int i = 0; i < 2; ++i) {
    std::thread([&] {
      std::vector<Bytes> own;
      own.reserve(600);
      hold_by_stacks(own, 1);  // its arena, which takes calls that the filter forbids
      ++ready;
      while (!filtered) __builtin_ia32_pause();
      for (int round = 0; round < 20; ++round) {
        own.clear();
        hold_by_stacks(own, 8);
      }
      ++done;
      for (;;) __builtin_ia32_pause();
    }).detach();
  }
  while (ready < 2) __builtin_ia32_pause();
  std::vector<unsigned> calls = few_calls();
  if (!noticed) {
    for (const unsigned call : recorders_calls()) calls.push_back(call);
  }
  if (!allow_only(calls, noticed)) ::_exit(98);
  filtered = true;
  hold_by_stacks(blocks, 9);
  int status = 0;
  if (noticed) {  // else the child would start a keeper
    const pid_t child = ::fork();
    if (child == 0) {
      hold_by_stacks(blocks, 3);
      std::exit(0);
    }
    ::waitpid(child, &status, 0);
  }
  while (done < 2) __builtin_ia32_pause();
  say(status == 0 ? "filtered\n" : "the child was killed\n");
}

void end(std::string_view way, const char* argument, std::vector<Bytes>& blocks) {
  if (way == "exit") std::exit(3);
  if (way == "_exit") ::_exit(3);
  if (way == "_Exit") std::_Exit(3);
  if (way == "quick_exit") std::quick_exit(3);
  if (way == "raw_exit") ::syscall(SYS_exit_group, 3);
  if (way == "abort") std::abort();
  if (way == "terminate") std::terminate();
  if (way == "segv") ::raise(SIGSEGV);
  if (way == "kill") kill_me();
  if (way == "kill_group") {
    ::setpgid(0, 0);
    ::kill(0, SIGKILL);
  }
  if (way == "kill_at_exit") {
    std::atexit(&kill_me);
    std::exit(0);
  }
  if (way == "kill_among_threads") kill_among_threads();
  if (way == "main_thread") outlive_the_main_thread();
  if (way == "_exit_in_malloc") interrupt_malloc([](int) { ::_exit(3); });
  if (way == "kill_in_malloc") interrupt_malloc([](int) { kill_me(); });
  if (way == "closed") {
    ::close_range(0, ~0U, 0);
    kill_me();
  }
  if (way == "root" && ::chroot(argument) == 0 && ::chdir("/") == 0) ::_exit(3);
  if (way == "user") {
    become_user();
    ::_exit(3);
  }
  if (way == "filter") {
    live_in_a_filter(blocks, true);
    std::exit(3);
  }
  if (way == "unnoticed_filter") {
    live_in_a_filter(blocks, false);
    ::_exit(3);
  }
  if (way == "sandbox") {
    ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
    ::syscall(SYS_getpid);  // is forbidden, and ends the process
  }
  if (way == "namespace") {
    say(::unshare(CLONE_NEWUSER) == 0 ? "in a namespace\n" : "not allowed\n");
    kill_me();
  }
  if (way == "vfork") {
    const pid_t child = ::vfork();
    if (child == 0) ::_exit(0);
    ::waitpid(child, nullptr, 0);
    say("parent\n");
    ::_exit(3);
  }
  if (way == "fork") {
    fork_and_kill(blocks);
    kill_me();
  }
  if (way == "exec") ::execl("/bin/sh", "sh", "-c", "echo another; exit 5", nullptr);
  if (way == "exec_itself") {
    hold(blocks, 500);
    ::execl("/proc/self/exe", "ends", "kill", nullptr);
  }
  if (way == "together") {
    for (int i = 0; i < 4; ++i) std::thread([] { ::_exit(3); }).detach();
    std::exit(3);
  }
}

}  // namespace

int main(int count, char** words) {
  const rlimit none{};
  ::setrlimit(RLIMIT_CORE, &none);
  auto& blocks = *new std::vector<Bytes>;  // nobody frees it
  blocks.reserve(2000);
  hold(blocks, 1000);
  say("held\n");
  if (count > 1) end(words[1], count > 2 ? words[2] : "", blocks);
  std::perror("ends");
  return 99;
}
