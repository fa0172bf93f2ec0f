// SPDX-License-Identifier: Apache-2.0
//
// libstdc++'s unordered containers.
// source: GCC 12
#include <cstddef>
#include <unordered_map>
#include <unordered_set>

namespace {

volatile std::size_t used;  // after a call, so that it is no tail call

using Map = std::unordered_map<int, long>;

[[gnu::noinline]] void fill(Map& map, int count) {
  for (int i = 0; i < count; ++i) {
    map[i] = i;  // expect: std_node buckets/first_insert buckets/rehash nodes/node
  }
}

[[gnu::noinline]] void hint(Map& map) {
  map.reserve(10000);  // expect: std_node buckets/hint
  used = map.size();
}

}  // namespace

int main() {
  Map grown;
  fill(grown, 1000);
  hint(grown);
  const Map copied(grown);  // expect: std_node buckets/copy nodes/node
  Map assigned(50);         // expect: std_node buckets/hint
  assigned.emplace(1, 1);   // expect: std_node nodes/node
  assigned = copied;        // expect: std_node buckets/copy nodes/node
  assigned.clear();
  assigned.rehash(0);  // expect: std_node buckets/hint
  std::unordered_multiset<int> many;
  for (int i = 0; i < 500; ++i) {
    many.insert(i / 2);  // expect: std_node buckets/first_insert buckets/rehash nodes/node
  }
  std::unordered_set<int> set(many.begin(), many.end());  // expect: std_node buckets/hint nodes/node
  std::unordered_multimap<int, int> pairs;
  pairs.reserve(40);               // expect: std_node buckets/hint
  pairs.emplace(1, 2);             // expect: std_node nodes/node
  pairs.insert({1, 3});            // expect: std_node nodes/node
  grown.try_emplace(-1, 2);        // expect: std_node nodes/node
  grown.insert_or_assign(-2, 2L);  // expect: std_node nodes/node
  return static_cast<int>(set.size() + pairs.size()) == 0;
}
