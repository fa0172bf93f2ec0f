// SPDX-License-Identifier: Apache-2.0
//
// emhash's maps and sets. A table without entries already has an array, which its constructor makes. That of emhash8
// has an index (buckets) and an array of entries (other).
// source: emhash 1.2.0: DIR has include/emhash
// compile: -isystem $DIR/include -isystem $DIR/include/emhash
#include <cstdint>

#include "emhash/hash_set2.hpp"
#include "emhash/hash_set3.hpp"
#include "emhash/hash_set4.hpp"
#include "emhash/hash_set8.hpp"
#include "emhash/hash_table5.hpp"
#include "emhash/hash_table6.hpp"
#include "emhash/hash_table7.hpp"
#include "emhash/hash_table8.hpp"

namespace {

constexpr int kCount = 3000;

template <typename Map>
[[gnu::noinline]] std::size_t use() {
  Map grown;  // expect: emhash buckets/hint
  for (int i = 0; i < kCount; ++i) {
    grown[i] = i;  // expect: emhash buckets/rehash
  }
  Map copied(grown);     // expect: emhash buckets/hint
  Map sized(500);        // expect: emhash buckets/hint
  sized = copied;        // expect: emhash buckets/copy
  sized.reserve(50000);  // expect: emhash buckets/hint
  for (int i = 10; i < kCount; ++i) grown.erase(i);
  grown.shrink_to_fit();  // expect: emhash buckets/shrink
  copied.rehash(100000);  // expect: emhash buckets/hint
  return grown.size() + copied.size();
}

template <typename Set>
[[gnu::noinline]] std::size_t use_set() {
  Set grown;  // expect: emhash buckets/hint
  for (int i = 0; i < kCount; ++i) {
    grown.insert(i);  // expect: emhash buckets/rehash
  }
  Set copied(grown);      // expect: emhash buckets/hint
  copied.reserve(50000);  // expect: emhash buckets/hint
  return copied.size();
}

[[gnu::noinline]] std::size_t use8() {
  emhash8::HashMap<int, std::int64_t> grown;  // expect: emhash buckets/hint other/hint
  for (int i = 0; i < kCount; ++i) {
    grown.emplace(i, i);  // expect: emhash buckets/rehash other/rehash
  }
  emhash8::HashMap<int, std::int64_t> copied(grown);  // expect: emhash buckets/hint other/hint
  emhash8::HashMap<int, std::int64_t> assigned(9);    // expect: emhash buckets/hint other/hint
  assigned = copied;                                  // expect: emhash buckets/copy other/copy
  copied.reserve(70000);                              // expect: emhash buckets/hint other/hint
  for (int i = 10; i < kCount; ++i) grown.erase(i);
  grown.shrink_to_fit();  // expect: emhash buckets/shrink other/shrink
  return assigned.size() + copied.size();
}

[[gnu::noinline]] std::size_t use_set8() {
  emhash8::HashSet<int> grown;  // expect: emhash buckets/hint other/hint
  for (int i = 0; i < kCount; ++i) {
    grown.insert(i);  // expect: emhash buckets/rehash other/rehash
  }
  grown.reserve(70000);  // expect: emhash buckets/hint other/hint
  return grown.size();
}

}  // namespace

int main() {
  std::size_t sum = use<emhash5::HashMap<int, std::int64_t>>();
  sum += use<emhash6::HashMap<int, std::int64_t>>();
  sum += use<emhash7::HashMap<int, std::int64_t>>();
  sum += use_set<emhash2::HashSet<int>>();
  sum += use_set<emhash3::HashSet<int>>();
  sum += use_set<emhash4::HashSet<int>>();
  return sum + use8() + use_set8() == 0;
}
