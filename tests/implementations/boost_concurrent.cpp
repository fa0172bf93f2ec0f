// SPDX-License-Identifier: Apache-2.0
//
// boost's concurrent tables, which came with 1.83; those of nodes with 1.88. An array of locks (other)
// belongs to each array of buckets.
// source: Boost.Unordered 1.90 with what it needs: DIR has include/boost
// compile: -isystem $DIR/include
#include <boost/unordered/concurrent_flat_map.hpp>
#include <boost/unordered/concurrent_node_map.hpp>

#include <cstddef>
#include <cstdint>

namespace {

volatile std::size_t used;  // after a call, so that it is no tail call

using Flat = boost::concurrent_flat_map<int, std::int64_t>;
using Node = boost::concurrent_node_map<int, std::int64_t>;

[[gnu::noinline]] void use_flat() {
  Flat grown;
  for (int i = 0; i < 3000; ++i) {
    grown.emplace(i, i);  // expect: boost_flat buckets/rehash other/rehash
  }
  grown.reserve(10000);  // expect: boost_flat buckets/hint other/hint
  Flat copied(grown);    // expect: boost_flat buckets/hint other/hint
  Flat assigned;
  assigned = grown;        // expect: boost_flat buckets/copy other/copy
  assigned.rehash(90000);  // expect: boost_flat buckets/hint other/hint
  used = copied.size();
}

[[gnu::noinline]] void use_nodes() {
  Node grown;
  for (int i = 0; i < 3000; ++i) {
    grown.emplace(i, i);  // expect: boost_open_node buckets/rehash other/rehash nodes/node
  }
  grown.reserve(10000);  // expect: boost_open_node buckets/hint other/hint
  Node copied(grown);    // expect: boost_open_node buckets/hint other/hint nodes/node
  used = copied.size();
}

}  // namespace

int main() {
  use_flat();
  use_nodes();
  return 0;
}
