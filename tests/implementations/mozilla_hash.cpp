// SPDX-License-Identifier: Apache-2.0
//
// mozilla::HashMap and HashSet, as SpiderMonkey's headers have them.
// packages: libmozjs-102-dev
// source: Firefox 102 (mfbt)
// compile: $(pkg-config --cflags mozjs-102) $(pkg-config --libs mozjs-102)
#include <mozilla/HashTable.h>

namespace {

using Map = mozilla::HashMap<int, int, mozilla::DefaultHasher<int>, mozilla::MallocAllocPolicy>;
using Set = mozilla::HashSet<int, mozilla::DefaultHasher<int>, mozilla::MallocAllocPolicy>;

__attribute__((noinline)) bool fill(Map& map) {
  bool done = true;
  for (int i = 0; i < 5000; ++i) done = map.put(i, i) && done;  // expect: mozilla_hash buckets/rehash
  return done;
}

}  // namespace

int main() {
  Map grown;
  bool done = fill(grown);
  for (int i = 0; i < 4900; ++i) grown.remove(i);  // expect: mozilla_hash buckets/shrink
  for (auto iter = grown.modIter(); !iter.done(); iter.next()) iter.remove();
  Map hinted;
  done = hinted.reserve(1000) && done;  // expect: mozilla_hash buckets/hint
  done = hinted.putNew(1, 1) && done;
  hinted.compact();  // expect: mozilla_hash buckets/shrink
  Set set;
  for (int i = 0; i < 1000; ++i) {
    auto found = set.lookupForAdd(i);
    done = set.add(found, i) && done;  // expect: mozilla_hash buckets/rehash
  }
  set.clearAndCompact();
  return done ? 0 : 1;
}
