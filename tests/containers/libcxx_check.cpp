// SPDX-License-Identifier: Apache-2.0
//
// The rules of inference for libc++'s unordered containers, compared with the containers themselves. A program of its
// own, because GoogleTest's package is for libstdc++. scripts/check_containers libcxx compiles and runs it.
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "profiler/alloc/infer.h"
#include "profiler/tables/libcxx_node.h"
#include "tests/support/inference_spy.h"

#ifndef _LIBCPP_VERSION
#error "compile this with -stdlib=libc++"
#endif

namespace {

using bucketprof::alloc::Kind;
using bucketprof::tables::LibcxxNodeArrays;
using bucketprof::testing_support::inference_log;
using bucketprof::testing_support::InferenceLog;
using bucketprof::testing_support::InferenceSpy;

int failures = 0;

void expect(bool holds, const char* what, std::uint64_t at) {
  if (holds) return;
  std::printf("FAILED at %llu: %s\n", static_cast<unsigned long long>(at), what);
  ++failures;
}

template <class Table>
void add(Table& table, std::uint64_t n) {
  if constexpr (requires { typename Table::mapped_type; }) {
    table.emplace(n, typename Table::mapped_type());
  } else {
    table.insert(n);
  }
}

template <class Table>
void check(std::uint32_t entry_bytes) {
  InferenceLog log;
  inference_log = &log;
  {
    Table table;
    for (std::uint64_t n = 0; n < 20'000; ++n) {
      const std::size_t arrays = log.arrays.size();
      add(table, n);
      expect(log.others == 0, "a block is other", n);
      expect(log.live_nodes == n + 1, "nodes are not entries", n);
      if (log.arrays.empty()) return expect(false, "no array", n);
      const auto& newest = log.arrays.back();
      expect(newest.facts.kind == Kind::kLibcxxNode, "kind", n);
      expect(newest.facts.slots == table.bucket_count(), "slots", n);
      expect(LibcxxNodeArrays::of(newest.bytes, newest.facts.slots).has_value(), "bytes", n);
      if (arrays == 0) {
        expect(newest.facts.slots == newest.facts.first_slots, "first slots", n);
      } else if (log.arrays.size() > arrays) {
        expect(n == log.arrays[arrays - 1].facts.limit, "limit", n);
        expect(newest.facts.slots == LibcxxNodeArrays::next_slots(log.arrays[arrays - 1].facts.slots), "growth", n);
      }
    }
    expect(log.last_node.entry_bytes == entry_bytes, "bytes of an entry", 0);
    expect(log.last_node.kind == Kind::kLibcxxNode, "kind of a node", 0);
  }
  for (std::uint64_t want = 1; want < 300'000; want += want < 600 ? 1 : want / 3) {
    InferenceLog reserved;
    inference_log = &reserved;
    Table table;
    table.reserve(want);
    expect(reserved.arrays.size() == 1, "one array", want);
    expect(reserved.arrays[0].facts.slots == table.bucket_count(), "reserved slots", want);
    expect(LibcxxNodeArrays::slots_for(want) == table.bucket_count(), "slots for reserve()", want);
  }
  inference_log = nullptr;
}

template <Kind K>
void check_all() {
  using Key = std::uint64_t;
  using Hash = std::hash<Key>;
  using Equal = std::equal_to<Key>;
  using Entry = std::pair<const Key, char>;
  check<std::unordered_map<Key, char, Hash, Equal, InferenceSpy<Entry, Entry, K>>>(9);
  check<std::unordered_multimap<Key, char, Hash, Equal, InferenceSpy<Entry, Entry, K>>>(9);
  check<std::unordered_set<Key, Hash, Equal, InferenceSpy<Key, Key, K>>>(8);
  check<std::unordered_multiset<Key, Hash, Equal, InferenceSpy<Key, Key, K>>>(8);
}

}  // namespace

int main() {
  check_all<Kind::kUnknown>();
  check_all<Kind::kLibcxxNode>();
  std::printf("libc++ %d: %d failed\n", _LIBCPP_VERSION, failures);
  return failures == 0 ? 0 : 1;
}
