// SPDX-License-Identifier: Apache-2.0
//
// Loads libraries, and does with them what its words say, one after the other:
//   open FILE, global FILE, deep FILE, apart FILE  by dlopen with RTLD_LOCAL, RTLD_GLOBAL, RTLD_DEEPBIND; by dlmopen
//   fill NAME N   a table of the library opened last, which is filled and destroyed
//   pass NAME N   the same, but the library opened before destroys it
//   keep NAME N   the same, but nobody destroys it
//   own NAME N    a table of this program, if it is linked with bucketprof
//   start, write FILE, running, samples   of the library opened last
//   close         the library opened last
//   soak FILE N   opens, fills and closes it N times, while two threads fill tables of what was opened before
//   now           ends with _exit
// Prints a line for each that has a result.
#include <dlfcn.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#ifdef WITH_TABLE
#include "profiler/containers_std.h"
#endif

namespace {

struct Library {
  void* handle = nullptr;
  template <class Function>
  Function* get(const char* name) const {
    return reinterpret_cast<Function*>(dlsym(handle, name));
  }
  [[nodiscard]] void* make(const std::string& name, int n) const {
    return get<void*(const char*, int)>("make")(name.c_str(), n);
  }
  void destroy(void* table) const { get<void(void*)>("destroy")(table); }
  void fill(const std::string& name, int n) const { destroy(make(name, n)); }
};

auto& kept = *new std::vector<void*>;  // not destroyed: a leak checker sees what it holds

Library loaded(void* handle) {
  if (handle == nullptr) {
    std::printf("%s\n", dlerror());
    std::exit(1);
  }
  return {handle};
}

void soak(const Library& before, const std::string& file, int rounds) {
  std::atomic<bool> ends{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&] {
      int fills = 0;
      while (fills < 200 || !ends) {
        if (fills < 200) before.fill("beside", 100);
        ++fills;
        if (fills >= 200) std::this_thread::yield();
      }
    });
  }
  for (int i = 0; i < rounds; ++i) {
    const Library library = loaded(dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL));
    library.fill("soak", 10);
    dlclose(library.handle);
  }
  ends = true;
  for (std::thread& thread : threads) thread.join();
}

void own([[maybe_unused]] const std::string& name, [[maybe_unused]] int n) {
#ifdef WITH_TABLE
  using Numbers = bucketprof::profiled::unordered_map<int, int>;
  Numbers numbers{Numbers::allocator_type(bucketprof::named(name))};
  for (int i = 0; i < n; ++i) numbers[i] = i;
#endif
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  std::vector<Library> open;
  std::size_t at = 0;
  const auto next = [&] { return words.at(at++); };
  const auto number = [&] { return std::stoi(next()); };
  while (at < words.size()) {
    const std::string word = next();
    if (word == "open") open.push_back(loaded(dlopen(next().c_str(), RTLD_NOW | RTLD_LOCAL)));
    if (word == "global") open.push_back(loaded(dlopen(next().c_str(), RTLD_NOW | RTLD_GLOBAL)));
    if (word == "deep") open.push_back(loaded(dlopen(next().c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND)));
    if (word == "apart") open.push_back(loaded(dlmopen(LM_ID_NEWLM, next().c_str(), RTLD_NOW | RTLD_LOCAL)));
    if (word == "fill" || word == "pass" || word == "keep" || word == "own" || word == "soak") {
      const std::string name = next();
      const int n = number();
      if (word == "own") own(name, n);
      if (word == "soak") soak(open.back(), name, n);
      if (word == "fill") open.back().fill(name, n);
      if (word == "keep") kept.push_back(open.back().make(name, n));
      if (word == "pass") open.at(open.size() - 2).destroy(open.back().make(name, n));
    }
    if (word == "start") open.back().get<void()>("start_exact")();
    if (word == "write") std::printf("%d\n", open.back().get<bool(const char*)>("write_to")(next().c_str()) ? 1 : 0);
    if (word == "running") std::printf("%d\n", open.back().get<int()>("is_running")());
    if (word == "samples") std::printf("%d\n", open.back().get<long()>("samples")() > 0 ? 1 : 0);
    if (word == "now") _exit(0);
    if (word == "close") {
      dlclose(open.back().handle);
      open.pop_back();
    }
  }
}
