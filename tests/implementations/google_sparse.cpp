// SPDX-License-Identifier: Apache-2.0
//
// sparsehash's sparse tables: groups of buckets, and an array of entries for each of them (other).
// packages: libsparsehash-dev
// source: sparsehash 2.0.3 (Debian)
#include <cstddef>
#include <cstdint>
#include <sparsehash/sparse_hash_map>
#include <sparsehash/sparse_hash_set>

namespace {

volatile std::size_t used;  // after a call, so that it is no tail call

using Map = google::sparse_hash_map<int, std::int64_t>;

[[gnu::noinline]] void fill(Map& map, int count) {
  for (int i = 0; i < count; ++i) {
    map[i] = i;  // expect: google_sparse buckets/rehash other/rehash other/unknown
  }
}

[[gnu::noinline]] void hint(Map& map) {
  map.resize(10000);  // expect: google_sparse buckets/hint other/hint
  used = map.size();
}

}  // namespace

int main() {
  Map grown;  // expect: google_sparse buckets/hint
  fill(grown, 3000);
  Map copied(grown);  // expect: google_sparse buckets/hint other/hint
  hint(copied);
  Map assigned;                           // expect: google_sparse buckets/hint
  assigned = grown;                       // expect: google_sparse buckets/copy other/copy
  google::sparse_hash_set<int> set(500);  // expect: google_sparse buckets/hint
  for (int i = 0; i < 3000; ++i) {
    set.insert(i);  // expect: google_sparse buckets/rehash other/rehash other/unknown
  }
  used = assigned.size() + set.size();
  return 0;
}
