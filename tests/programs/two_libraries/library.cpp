// SPDX-License-Identifier: Apache-2.0
//
// One of two libraries with a table of its own; ENTRY is its function and the table's name. A second table lives until
// the library's destructors.
#include "profiler/containers_std.h"

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

namespace {
bucketprof::profiled::unordered_set<int> kept{bucketprof::named("kept by " TEXT(ENTRY))};
}

extern "C" [[gnu::visibility("default")]] int ENTRY(int n) {
  bucketprof::profiled::unordered_map<int, int> table{bucketprof::named(TEXT(ENTRY))};
  for (int i = 0; i < n; ++i) table[i] = i;
  kept.insert(n);
  return static_cast<int>(table.size());
}
