// SPDX-License-Identifier: Apache-2.0
//
// Blocks that one side allocates and the other frees, where the sides may not call the same functions:
// `host WAY ROUNDS [PLUGIN]`.
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <string_view>
#include <vector>

// The C library's own names for its functions, which nobody interposes.
extern "C" void* __libc_malloc(std::size_t bytes);  // NOLINT(bugprone-reserved-identifier)
extern "C" void __libc_free(void* block);           // NOLINT(bugprone-reserved-identifier)

namespace {

using Drop = void (*)(void*);
using Make = void* (*)(std::size_t);

/// Twice as many blocks as rounds, of two sizes, each freed before the next of its size is made.
void exchange(int rounds, Make make, Drop drop) {
  for (int round = 0; round < rounds; ++round) {
    drop(std::malloc(200));
    std::free(make(300));
  }
}

/// A library that looks its own symbols up before those of the program, as PHP loads its extensions.
int deep(int rounds, const char* plugin) {
  void* const library = dlopen(plugin, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
  if (library == nullptr) return std::puts(dlerror());
  exchange(rounds, reinterpret_cast<Make>(dlsym(library, "make")), reinterpret_cast<Drop>(dlsym(library, "drop")));
  return 0;
}

}  // namespace

int main(int count, char** words) {
  if (count < 3) return 2;
  const std::string_view way = words[1];
  const int rounds = std::atoi(words[2]);
  if (way == "deep") {
    if (const int failed = deep(rounds, count > 3 ? words[3] : ""); failed != 0) return failed;
  } else if (way == "libc") {
    exchange(rounds, &__libc_malloc, &__libc_free);
  } else if (way == "aligned") {  // and a realloc that fails
    for (int i = 0; i < rounds; ++i) {
      ::operator delete (::operator new (100, std::align_val_t{64}), std::align_val_t{64});
      void* const block = std::malloc(200);
      for (volatile std::size_t too_much : {~std::size_t{0} - 4096, ~std::size_t{0} / 2}) {
        if (std::realloc(block, too_much) != nullptr) return 1;
      }
      std::free(block);
    }
  } else if (way == "new") {  // with an operator new of a library
    std::vector<std::unique_ptr<int>> numbers;
    for (int i = 0; i < rounds; ++i) numbers.push_back(std::make_unique<int>(i));
  }
  std::puts("fine");
  if (auto* const ends = reinterpret_cast<void (*)()>(dlsym(RTLD_DEFAULT, "program_ends"))) ends();
  return 0;
}
