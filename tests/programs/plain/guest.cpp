// SPDX-License-Identifier: Apache-2.0
//
// A program that is hard for the agent in one of several ways. What it prints and how it ends depends on its arguments
// alone. `guest WAY ROUNDS [LIBRARY]`; the ways are in main. `WAY` may be `exit` or `_exit`, to end in that way.
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace {

using Table = std::unordered_map<int, std::string>;

[[gnu::noinline]] int work(int entries) {
  Table table;
  std::vector<std::unique_ptr<int>> numbers;
  for (int i = 0; i < entries; ++i) {
    table[i] = std::string(static_cast<std::size_t>(i % 50), 'x');
    numbers.push_back(std::make_unique<int>(i));
  }
  return static_cast<int>(table.size() + numbers.size());
}

pthread_key_t end_key;
/// Allocates and frees while the thread ends, in each round of its keys' destructors, the last one too.
void at_thread_end(void* value) {
  work(3);
  pthread_setspecific(end_key, value);
}

int threads(int rounds, const char*) {
  if (pthread_key_create(&end_key, &at_thread_end) != 0) return 1;
  std::atomic<int> sum{0};
  for (int round = 0; round < rounds; ++round) {
    std::vector<std::thread> group;
    std::vector<std::unique_ptr<Table>> left(8);  // by the threads, for this thread to free
    for (auto& table : left) {
      group.emplace_back([&] {
        thread_local Table own;
        pthread_setspecific(end_key, &end_key);
        own[1] = std::string(100, 'x');
        table = std::make_unique<Table>();
        for (int i = 0; i < 20; ++i) (*table)[i] = std::string(40, 'y');
        sum += work(20);
      });
    }
    for (std::thread& thread : group) thread.join();
  }
  std::printf("%d\n", sum.load());
  return 0;
}

std::atomic<bool> stop{false};
void churn() {
  while (!stop) work(20);
}

int forks(int rounds, const char* program) {
  std::vector<std::thread> busy;
  busy.emplace_back(&churn);
  busy.emplace_back([] {
    while (!stop) std::thread([] { work(5); }).join();
  });
  int well = 0;
  for (int i = 0; i < rounds * 20; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      const int sum = work(30);
      std::thread([] { work(10); }).join();
      if (i % 4 == 0 && program != nullptr) execl(program, program, "return", "1", nullptr);
      if (i % 4 == 1) std::exit(sum == 60 ? 0 : 1);
      _exit(sum == 60 ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) ++well;
  }
  stop = true;
  for (std::thread& thread : busy) thread.join();
  std::printf("%d\n", well);
  return 0;
}

int loads(int rounds, const char* library) {
  std::thread busy(&churn);
  int sum = 0;
  const auto load = [&sum, library](int entries) {
    void* const loaded = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (loaded == nullptr) return;
    auto* const fill = reinterpret_cast<int (*)(int)>(dlsym(loaded, "fill_loaded"));
    sum += fill != nullptr ? fill(entries) : 0;
    dlclose(loaded);
  };
  for (int i = 0; i < rounds * 20; ++i) {
    load(10);
    static_cast<void>(dlopen("no_such_library.so", RTLD_NOW));
    if (i % 5 == 0) std::thread(load, 20).join();
  }
  stop = true;
  busy.join();
  std::printf("%d\n", sum);
  return 0;
}

/// Handlers that interrupt whatever runs, also the recorder. They may only do what is async-signal-safe, which malloc
/// is not, so they count.
std::atomic<int> handled{0};
int signals(int rounds, const char*) {
  struct sigaction action {};
  action.sa_handler = [](int) { handled.fetch_add(1); };
  action.sa_flags = SA_RESTART;
  sigaction(SIGUSR1, &action, nullptr);
  sigaction(SIGPROF, &action, nullptr);
  std::vector<std::thread> busy;
  for (int i = 0; i < 2; ++i) busy.emplace_back(&churn);
  for (int i = 0; i < rounds * 200; ++i) {
    pthread_kill(busy[static_cast<std::size_t>(i) % busy.size()].native_handle(), i % 2 == 0 ? SIGUSR1 : SIGPROF);
    if (i % 10 == 0) work(5);
  }
  stop = true;
  for (std::thread& thread : busy) thread.join();
  std::printf("%d\n", handled.load() > 0 ? 1 : 0);
  return 0;
}

/// Allocates until SIGINT.
int until_told(int, const char*) {
  struct sigaction action {};
  action.sa_handler = [](int) { stop = true; };
  sigaction(SIGINT, &action, nullptr);
  std::puts("ready");
  std::fflush(stdout);
  churn();
  return 0;
}

/// Ends in a handler that has interrupted whatever ran.
int exit_in_handler(int, const char*) {
  struct sigaction action {};
  action.sa_handler = [](int) { std::exit(9); };
  sigaction(SIGALRM, &action, nullptr);
  const itimerval soon{.it_interval = {}, .it_value = {.tv_sec = 0, .tv_usec = 20'000}};
  setitimer(ITIMER_REAL, &soon, nullptr);
  churn();
  return 0;
}

int linked(int, const char* library) {
  void* const loaded = dlopen(library, RTLD_NOW);
  auto* const fill = loaded == nullptr ? nullptr : reinterpret_cast<int (*)(int)>(dlsym(loaded, "fill_linked"));
  std::printf("%d\n", fill != nullptr ? fill(100) : -1);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::map<std::string, std::function<int(int, const char*)>> ways{
      {"return", [](int, const char*) { return std::printf("%d\n", work(100)), 0; }},
      {"exit", [](int, const char*) { return work(100), std::exit(7), 0; }},
      {"_exit", [](int, const char*) { return work(100), _exit(8), 0; }},
      {"environment",
       [](int, const char*) {
         const char* const preload = std::getenv("LD_PRELOAD");
         return std::printf("%s|%s\n", preload != nullptr ? preload : "none",
                            std::getenv("TCMALLOC_LARGE_ALLOC_REPORT_THRESHOLD") != nullptr ? "set" : "none"),
                0;
       }},
      {"huge", [](int, const char*) { return std::free(std::malloc(std::size_t{2} << 30U)), std::puts("huge"), 0; }},
      {"maps",
       [](int, const char*) {
         constexpr std::size_t kBytes = std::size_t{64} << 20U;
         void* const memory = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
         return std::puts(memory != MAP_FAILED && munmap(memory, kBytes) == 0 ? "mapped" : "not mapped"), 0;
       }},
      {"threads", &threads},
      {"forks", &forks},
      {"loads", &loads},
      {"signals", &signals},
      {"until_told", &until_told},
      {"exit_in_handler", &exit_in_handler},
      {"linked", &linked},
  };
  const auto way = ways.find(argc > 1 ? argv[1] : "");
  if (way == ways.end()) {
    std::fprintf(stderr, "usage: guest WAY [ROUNDS [LIBRARY]]\n");
    return 2;
  }
  return way->second(argc > 2 ? std::atoi(argv[2]) : 1, argc > 3 ? argv[3] : nullptr);
}
