// SPDX-License-Identifier: Apache-2.0
//
// folly's F14 tables. Those of vectors have their chunks and their entries in one block. A large table that grows or is
// copied takes an array for the time of that (other).
// source: folly of August 2026: DIR has folly, with folly-config.h as its build makes it, but without glog
// compile: -I$DIR $DIR/folly/{container/detail/F14Table,lang/SafeAssert,lang/ToAscii,lang/Exception,ScopeGuard}.cpp
#include <folly/container/F14Map.h>
#include <folly/container/F14Set.h>

#include <cstddef>
#include <cstdint>

namespace {

volatile std::size_t used;  // after a call, so that it is no tail call

using Value = folly::F14ValueMap<int, std::int64_t>;
using Vector = folly::F14VectorMap<int, std::int64_t>;
using Node = folly::F14NodeMap<int, std::int64_t>;

[[gnu::noinline]] void fill(Value& map, int count) {
  for (int i = 0; i < count; ++i) {
    map[i] = i;  // expect: folly_f14 buckets/rehash
  }
}

[[gnu::noinline]] void hint(Value& map) {
  map.reserve(10000);  // expect: folly_f14 buckets/hint
  used = map.size();
}

[[gnu::noinline]] void make_copies(const Value& map) {
  Value copied(map);   // expect: folly_f14 buckets/copy
  Value assigned(50);  // expect: folly_f14 buckets/hint
  assigned = map;      // expect: folly_f14 buckets/copy
  used = copied.size() + assigned.size();
}

[[gnu::noinline]] void fill_vector() {
  Vector grown;
  for (int i = 0; i < 3000; ++i) {
    grown[i] = i;  // expect: folly_f14 buckets/rehash other/rehash
  }
  grown.rehash(20000);         // expect: folly_f14 buckets/hint other/hint
  const Vector copied(grown);  // expect: folly_f14 buckets/copy other/copy
  used = grown.size() + copied.size();
}

[[gnu::noinline]] void fill_nodes() {
  Node grown;
  for (int i = 0; i < 3000; ++i) {
    grown.emplace(i, i);  // expect: folly_f14_node buckets/rehash nodes/node
  }
  grown.reserve(20000);      // expect: folly_f14_node buckets/hint other/hint
  const Node copied(grown);  // expect: folly_f14_node buckets/copy nodes/node
  used = grown.size() + copied.size();
}

[[gnu::noinline]] void fill_set() {
  folly::F14FastSet<int> set;
  for (int i = 0; i < 3000; ++i) {
    set.insert(i);  // expect: folly_f14 buckets/rehash other/rehash
  }
  set.reserve(50000);  // expect: folly_f14 buckets/hint other/hint
  used = set.size();
}

}  // namespace

int main() {
  Value grown;
  fill(grown, 3000);
  make_copies(grown);
  Value reserved;
  hint(reserved);
  fill_vector();
  fill_nodes();
  fill_set();
  return 0;
}
