// SPDX-License-Identifier: Apache-2.0
//
// Abseil's hash tables. Large tables' growth is a function that all tables share.
// source: Abseil LTS 2022 and later: DIR has the headers, and its static libraries or one libabsl.a
// compile: -I$DIR -Wl,--start-group $(find $DIR -name 'libabsl*.a') -Wl,--end-group -pthread
#include <cstddef>
#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/node_hash_map.h"
#include "absl/container/node_hash_set.h"

namespace {

volatile std::size_t used;  // after a call, so that it is no tail call

using Flat = absl::flat_hash_map<int, std::int64_t>;
using Node = absl::node_hash_map<int, std::int64_t>;

[[gnu::noinline]] void fill(Flat& map, int count) {
  for (int i = 0; i < count; ++i) {
    map[i] = i;  // expect: absl_flat buckets/rehash
  }
}

[[gnu::noinline]] void hint(Flat& map) {
  map.reserve(10000);  // expect: absl_flat buckets/hint
  used = map.size();
}

[[gnu::noinline]] void nodes() {
  Node grown;
  for (int i = 0; i < 2000; ++i) {
    grown.try_emplace(i, i);  // expect: absl_node buckets/rehash nodes/node
  }
  grown.reserve(9000);       // expect: absl_node buckets/hint
  const Node copied(grown);  // expect: absl_node buckets/copy nodes/node
  absl::node_hash_set<std::int64_t> set;
  for (int i = 0; i < 100; ++i) {
    set.insert(i);  // expect: absl_node buckets/rehash nodes/node
  }
}

}  // namespace

int main() {
  Flat grown;
  fill(grown, 3000);
  hint(grown);
  Flat empty;
  hint(empty);
  Flat sized(500);           // expect: absl_flat buckets/hint
  const Flat copied(grown);  // expect: absl_flat buckets/copy
  sized = copied;            // expect: absl_flat buckets/copy
  for (int i = 10; i < 3000; ++i) grown.erase(i);
  grown.rehash(0);  // expect: absl_flat buckets/hint
  absl::flat_hash_set<std::int64_t> set;
  for (int i = 0; i < 3000; ++i) {
    set.insert(i);  // expect: absl_flat buckets/rehash
  }
  absl::flat_hash_set<std::int64_t> small;
  small.insert(1);
  small.reserve(8);                                         // expect: absl_flat buckets/hint
  absl::flat_hash_set<char> bytes(set.begin(), set.end());  // expect: absl_flat buckets/hint
  // Large entries, as soon as the first is inserted.
  struct Wide {
    std::int64_t values[8];
  };
  absl::flat_hash_map<std::int64_t, Wide> wide;
  for (int i = 0; i < 300; ++i) {
    wide.emplace(i, Wide{});  // expect: absl_flat buckets/rehash
  }
  const auto wide_copy = wide;  // expect: absl_flat buckets/copy
  nodes();
  return static_cast<int>(sized.size() + bytes.size() + wide_copy.size()) == 0;
}
