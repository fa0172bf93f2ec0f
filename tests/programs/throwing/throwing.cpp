// SPDX-License-Identifier: Apache-2.0
//
// `throwing N` fills a table, where it is built with the library, then throws and catches N exceptions, and prints what
// it counted.
#include <cstdio>
#include <cstdlib>

#include "tests/programs/throwing/thrower.h"

#if defined(WITH_SHARED_TABLES)
#include "tests/programs/throwing/tables.h"
#elif !defined(WITHOUT_LIBRARY)
#include "tests/programs/throwing/tables.cpp"
#else
static std::size_t count_distinct(int n) { return static_cast<std::size_t>((n + 1) / 2); }
#endif

int main(int argc, char** argv) {
  const int throws = argc > 1 ? std::atoi(argv[1]) : 1;
  std::printf("%zu %d\n", count_distinct(100), throw_and_catch(throws));
  return 0;
}
