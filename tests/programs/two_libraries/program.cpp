// SPDX-License-Identifier: Apache-2.0
//
// Prints 4000: what one() and two() put into their tables.
#include <cstdio>

#ifdef WITH_TABLE
#include "profiler/containers_std.h"
#endif

extern "C" int one(int n);
extern "C" int two(int n);

int main() {
#ifdef WITH_TABLE
  bucketprof::profiled::unordered_map<int, int> table{bucketprof::named("program")};
  for (int i = 0; i < 500; ++i) table[i] = i;
#endif
  std::printf("%d\n", one(1000) + two(3000));
}
