// SPDX-License-Identifier: Apache-2.0
//
// A library with tables of a type of its own (ENTRY), unnamed, so that the type names them: one in static storage,
// destroyed when the library is unloaded, and one for each call. It uses the recorder of the program that loads it.
#include "profiler/containers_std.h"

namespace {

struct ENTRY {
  int numbers[3];
};
using Table = bucketprof::profiled::unordered_map<int, ENTRY>;

Table kept;

void fill(Table& table, int entries) {
  for (int i = 0; i < entries; ++i) table[i] = ENTRY{{i, i, i}};
}

}  // namespace

extern "C" [[gnu::noinline]] int fill_owned(int entries) {
  Table mine;
  fill(mine, entries);
  fill(kept, entries);
  return static_cast<int>(mine.size() + kept.size());
}
