// SPDX-License-Identifier: Apache-2.0
//
// A shared library that uses profiled tables, so that the profiler is in a shared object and not in the program.
#include "tests/programs/throwing/tables.h"

#include "profiler/containers_std.h"

std::size_t count_distinct(int n) {
  bucketprof::profiled::unordered_set<int> seen{bucketprof::named("seen")};
  for (int i = 0; i < n; ++i) seen.insert(i / 2);
  return seen.size();
}
