// SPDX-License-Identifier: Apache-2.0
//
// `situations NAME ARGUMENT...`: one program for all, because a compiler takes longer for their headers than for them.
#include <cstdio>
#include <cstring>

#include "tests/programs/situations/situations.h"

namespace {

using namespace bucketprof::programs;

struct Situation {
  const char* name;
  int (*run)(int, char**);
};
constexpr Situation kSituations[] = {
    {"fibers", &fibers::run},           {"forks", &forks::run}, {"loaders", &loaders::run},
    {"loader_lock", &loader_lock::run}, {"soak", &soak::run},   {"short_threads", &short_threads::run},
};

}  // namespace

int main(int argc, char** argv) {
  for (const Situation& situation : kSituations) {
    if (argc > 1 && std::strcmp(argv[1], situation.name) == 0) return situation.run(argc - 1, argv + 1);
  }
  std::fprintf(stderr, "usage: situations NAME ARGUMENT...: a name is that of a source in tests/programs/situations\n");
  return 2;
}
