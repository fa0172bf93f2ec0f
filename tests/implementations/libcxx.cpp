// SPDX-License-Identifier: Apache-2.0
//
// libc++'s unordered containers.
// source: libc++ 14 and later: DIR has include/c++/v1 and lib
// compiler: clang++-16 -std=c++20 -g -O2
// compile: -nostdinc++ -isystem $DIR/include/c++/v1 -nostdlib++ $DIR/lib/libc++.so.1 $DIR/lib/libc++abi.so.1
// -Wl,-rpath,$DIR/lib
#include <cstddef>
#include <unordered_map>
#include <unordered_set>

namespace {

volatile std::size_t used;  // after a call, so that it is no tail call

using Map = std::unordered_map<int, long>;

[[gnu::noinline]] void fill(Map& map, int count) {
  for (int i = 0; i < count; ++i) {
    map[i] = i;  // expect: libcxx_node buckets/rehash nodes/node
  }
}

[[gnu::noinline]] void hint(Map& map) {
  map.reserve(10000);  // expect: libcxx_node buckets/hint
  used = map.size();
}

}  // namespace

int main() {
  Map grown;
  fill(grown, 1000);
  hint(grown);
  const Map copied(grown);  // expect: libcxx_node buckets/hint nodes/node
  Map assigned(50);         // expect: libcxx_node buckets/hint
  assigned.emplace(1, 1);   // expect: libcxx_node nodes/node
  assigned = copied;        // expect: libcxx_node buckets/copy nodes/node
  assigned.clear();
  assigned.rehash(0);
  std::unordered_multiset<int> many;
  for (int i = 0; i < 500; ++i) {
    many.insert(i / 2);  // expect: libcxx_node buckets/rehash nodes/node
  }
  std::unordered_set<int> set(many.begin(), many.end());  // expect: libcxx_node buckets/hint nodes/node
  std::unordered_multimap<int, int> pairs;
  pairs.reserve(40);               // expect: libcxx_node buckets/hint
  pairs.emplace(1, 2);             // expect: libcxx_node nodes/node
  pairs.insert({1, 3});            // expect: libcxx_node nodes/node
  grown.try_emplace(-1, 2);        // expect: libcxx_node nodes/node
  grown.insert_or_assign(-2, 2L);  // expect: libcxx_node nodes/node
  return static_cast<int>(set.size() + pairs.size()) == 0;
}
