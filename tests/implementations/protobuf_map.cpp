// SPDX-License-Identifier: Apache-2.0
//
// protobuf's Map without an arena.
// packages: libprotobuf-dev
// source: protobuf 3.21.12 (Debian)
// compile: -lprotobuf -pthread
#include <google/protobuf/map.h>

#include <cstddef>
#include <cstdint>

namespace {

volatile std::size_t used;  // after a call, so that it is no tail call

using Map = google::protobuf::Map<int, std::int64_t>;

[[gnu::noinline]] void fill(Map& map, int count) {
  for (int i = 0; i < count; ++i) {
    map[i] = i;  // expect: protobuf_map buckets/rehash nodes/node
  }
  used = map.size();
}

}  // namespace

int main() {
  Map grown;
  fill(grown, 3000);
  Map copied(grown);  // expect: protobuf_map buckets/copy nodes/node
  Map assigned;
  assigned = copied;       // expect: protobuf_map buckets/copy nodes/node
  copied.insert({-1, 2});  // expect: protobuf_map nodes/node
  used = copied.size() + assigned.size();
  return 0;
}
