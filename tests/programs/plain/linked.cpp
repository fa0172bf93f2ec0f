// SPDX-License-Identifier: Apache-2.0
//
// A library with the recorder in it, for a program that has none.
#include "profiler/containers_std.h"

extern "C" int fill_linked(int entries) {
  bucketprof::profiled::unordered_map<int, int> table{bucketprof::named("in a library")};
  for (int i = 0; i < entries; ++i) table[i] = i;
  return static_cast<int>(table.size());
}
