// SPDX-License-Identifier: Apache-2.0
//
// sparsehash's dense tables.
// packages: libsparsehash-dev
// source: sparsehash 2.0.3 (Debian)
#include <cstddef>
#include <cstdint>
#include <sparsehash/dense_hash_map>
#include <sparsehash/dense_hash_set>

namespace {

volatile std::size_t used;  // after a call, so that it is no tail call

using Map = google::dense_hash_map<int, std::int64_t>;

[[gnu::noinline]] void fill(Map& map, int count) {
  map.set_empty_key(-1);  // expect: google_dense buckets/first_insert
  map.set_deleted_key(-2);
  for (int i = 0; i < count; ++i) {
    map[i] = i;  // expect: google_dense buckets/rehash
  }
}

[[gnu::noinline]] void hint(Map& map) {
  map.resize(10000);  // expect: google_dense buckets/hint
  used = map.size();
}

}  // namespace

int main() {
  Map grown;
  fill(grown, 3000);
  Map copied(grown);  // expect: google_dense buckets/copy
  hint(copied);
  Map assigned;
  assigned = grown;  // expect: google_dense buckets/copy
  for (int i = 10; i < 3000; ++i) grown.erase(i);
  grown[-5] = 1;     // expect: google_dense buckets/shrink
  copied.resize(0);  // expect: google_dense buckets/shrink
  copied.clear();    // expect: google_dense buckets/shrink
  google::dense_hash_set<int> set(500);
  set.set_empty_key(-1);  // expect: google_dense buckets/first_insert
  for (int i = 0; i < 3000; ++i) {
    set.insert(i);  // expect: google_dense buckets/rehash
  }
  used = assigned.size() + set.size();
  return 0;
}
