// SPDX-License-Identifier: Apache-2.0
//
// A program that ends in one of many ways, with tables wherever a program can have them. What it prints and how it ends
// depends on nothing but its argument; the tests compare runs with the profiler at work and without.
// `guest WAY`; the ways are in main.
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "profiler/containers_std.h"
#include "tests/programs/steady_map.h"

namespace {

using Table = bucketprof::programs::SteadyMap<int, int>;
using Nodes = bucketprof::profiled::unordered_map<int, int>;

template <class T>
[[gnu::noinline]] int fill(T& table, int entries) {
  for (int i = 0; i < entries; ++i) table[i] = i;
  return static_cast<int>(table.size());
}

int work(const char* name, int entries) {
  Table table{bucketprof::named(name)};
  Nodes nodes{bucketprof::named(name)};
  return fill(table, entries) + fill(nodes, entries);
}

Table static_table{bucketprof::named("static")};  // outlives main
thread_local Nodes thread_table{bucketprof::named("thread_local")};

void say(int number) {
  std::printf("%d\n", number);
  std::fflush(stdout);
}

int many_threads() {
  std::vector<std::unique_ptr<Table>> tables(200);  // outlive the threads that filled them
  std::vector<std::thread> threads;
  for (auto& table : tables) {
    threads.emplace_back([&table] {
      table = std::make_unique<Table>(bucketprof::named("of a thread"));
      fill(*table, 100);
      fill(thread_table, 50);
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::size_t sum = 0;
  for (const auto& table : tables) sum += table->size();
  say(static_cast<int>(sum));
  return 0;
}

int exit_in_thread() {
  Table mine{bucketprof::named("main's")};
  fill(mine, 100);
  std::atomic<bool> stop{false};
  std::thread churning([&stop] {
    while (!stop.load()) work("churned", 50);
  });
  churning.detach();
  std::thread([] {
    say(work("of a thread", 100));
    std::exit(5);
  }).join();
  return 0;
}

int fork_child(bool plain_exit) {
  say(work("before the fork", 1000));
  const pid_t child = fork();
  if (child == 0) {
    say(work("of the child", 2000));
    if (plain_exit) std::exit(3);
    _exit(3);
  }
  int status = 0;
  waitpid(child, &status, 0);
  say(WIFEXITED(status) ? WEXITSTATUS(status) : -1);
  say(work("of the parent", 500));
  return 0;
}

/// A table filled below many functions that a new thread has not unwound yet.
template <int Depth>
[[gnu::noinline]] int deep() {
  if constexpr (Depth == 0) {
    return work("churned", 5);
  } else {
    const int result = deep<Depth - 1>();
    asm volatile("");  // no tail call
    return result;
  }
}

/// Forks while other threads allocate: no lock may stay held in a child, not even if the child ends with `exit` and
/// writes a profile.
int fork_among_threads(bool plain_exit) {
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&stop] {  // each new thread unwinds with empty caches
      while (!stop.load()) std::thread([] { deep<60>(); }).join();
    });
  }
  int well = 0;
  for (int i = 0; i < 30; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      const int status = work("of the child", 100) == 200 ? 0 : 1;
      if (plain_exit) std::exit(status);
      _exit(status);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) ++well;
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  say(well);
  return 0;
}

/// Ends in a signal handler that may have interrupted the recorder.
int exit_in_handler() {
  struct sigaction action {};
  action.sa_handler = [](int) { std::exit(9); };
  sigaction(SIGALRM, &action, nullptr);
  const itimerval soon{.it_interval = {}, .it_value = {.tv_sec = 0, .tv_usec = 20000}};
  setitimer(ITIMER_REAL, &soon, nullptr);
  for (;;) work("interrupted", 20);
}

std::atomic<bool> told_to_stop{false};

int churn() {
  struct sigaction action {};
  action.sa_handler = [](int) { told_to_stop = true; };
  sigaction(SIGINT, &action, nullptr);
  Table kept{bucketprof::named("kept")};
  fill(kept, 10000);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      while (!told_to_stop.load()) work("churned", 200);
    });
  }
  say(static_cast<int>(kept.size()));
  for (std::thread& thread : threads) thread.join();
  say(0);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::map<std::string, std::function<int()>> ways{
      {"return", [] { return say(work("plain", 20000)), 7; }},
      {"quiet", [] { return work("plain", 20000) == 40000 ? 7 : 1; }},
      {"exit", [] { return say(work("plain", 100)), std::exit(4), 0; }},
      {"exit_in_thread", &exit_in_thread},
      {"_exit", [] { return say(work("plain", 100)), _exit(8), 0; }},
      {"quick_exit", [] { return say(work("plain", 100)), std::quick_exit(6), 0; }},
      {"abort", [] { return say(work("plain", 100)), std::abort(), 0; }},
      {"uncaught", [] { return say(work("plain", 100)), throw std::runtime_error("nobody catches this"), 0; }},
      {"segv", [] { return say(work("plain", 100)), raise(SIGSEGV), 0; }},
      {"term", [] { return say(work("plain", 100)), raise(SIGTERM), 0; }},
      {"close_stderr", [] { return say(work("plain", 100)), close(STDERR_FILENO); }},
      {"close_all", [] { return say(work("plain", 100)), close(0), close(1), close(2), 0; }},
      {"static", [] { return say(fill(static_table, 500)), 0; }},
      {"thread_local", [] { return say(fill(thread_table, 500)), 0; }},
      {"many_threads", &many_threads},
      {"fork", [] { return fork_child(true); }},
      {"fork_exit", [] { return fork_child(false); }},
      {"fork_among_threads", [] { return fork_among_threads(false); }},
      {"fork_exit_among_threads", [] { return fork_among_threads(true); }},
      {"exit_in_handler", &exit_in_handler},
      {"churn", &churn},
  };
  const auto way = ways.find(argc > 1 ? argv[1] : "");
  if (way == ways.end()) {
    std::fprintf(stderr, "usage: guest WAY\n");
    return 2;
  }
  return way->second();
}
