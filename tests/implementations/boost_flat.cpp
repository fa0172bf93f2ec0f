// SPDX-License-Identifier: Apache-2.0
//
// boost's open tables.
// packages: libboost1.81-dev
// source: Boost 1.81 (Debian)
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <cstdint>

namespace {

volatile std::size_t used;  // after a call, so that it is no tail call

using Map = boost::unordered_flat_map<int, std::int64_t>;
using Set = boost::unordered_flat_set<int>;

[[gnu::noinline]] void fill(Map& map, int count) {
  for (int i = 0; i < count; ++i) {
    map[i] = i;  // expect: boost_flat buckets/rehash
  }
}

[[gnu::noinline]] void hint(Map& map) {
  map.reserve(10000);  // expect: boost_flat buckets/hint
  used = map.size();
}

[[gnu::noinline]] void hint_twice(Map& map) {
  Map sized(500);     // expect: boost_flat buckets/hint
  map.rehash(40000);  // expect: boost_flat buckets/hint
  used = sized.size();
}

[[gnu::noinline]] void copy(const Map& map) {
  Map copied(map);  // expect: boost_flat buckets/hint
  Map assigned;
  assigned = map;  // expect: boost_flat buckets/copy
  used = copied.size() + assigned.size();
  hint_twice(copied);
}

[[gnu::noinline]] void fill_set() {
  Set set;
  for (int i = 0; i < 3000; ++i) {
    set.insert(i);  // expect: boost_flat buckets/rehash
  }
  used = set.size();
}

}  // namespace

int main() {
  Map grown;
  fill(grown, 3000);
  copy(grown);
  Map reserved;
  hint(reserved);
  fill_set();
  return 0;
}
