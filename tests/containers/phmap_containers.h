// SPDX-License-Identifier: Apache-2.0
//
// The random operations and arrays of phmap and of gtl, which descends from it. A test file includes this after
// defining BUCKETPROF_PHMAP: the library's namespace, of both its own tables and our aliases.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "profiler/alloc/infer.h"
#include "tests/profiler/random_containers.h"
#include "tests/support/inference_spy.h"
#include "tests/support/sized.h"

namespace bucketprof::tests {
namespace {

namespace theirs = ::BUCKETPROF_PHMAP;
namespace ours = ::bucketprof::profiled::BUCKETPROF_PHMAP;
constexpr bool kIsGtl = std::string_view(BUCKETPROF_PHMAP_NAME) == "gtl";
constexpr Kind kFlat = kIsGtl ? Kind::kGtlFlat : Kind::kPhmapFlat;
constexpr Kind kNode = kIsGtl ? Kind::kGtlNode : Kind::kPhmapNode;

template <class Key>
using Hash = typename theirs::flat_hash_set<Key>::hasher;
template <class Key>
using Equal = typename theirs::flat_hash_set<Key>::key_equal;
template <template <class...> class Table, Kind K, int L, class Key, class Value>
using MapOf = Family<
    Table<Key, Value, Hash<Key>, Equal<Key>, Watched<L, std::pair<const Key, Value>, std::pair<const Key, Value>, K>>,
    L, K>;
template <template <class...> class Table, Kind K, int L, class Key>
using SetOf = Family<Table<Key, Hash<Key>, Equal<Key>, Watched<L, Key, Key, K>>, L, K>;

RANDOM_CONTAINER(FlatMapOfIntegers, MapOf<theirs::flat_hash_map, kFlat, 1, std::uint64_t, std::uint64_t>)
RANDOM_CONTAINER(FlatMapOfStrings, MapOf<theirs::flat_hash_map, kFlat, 2, std::string, std::string>)
RANDOM_CONTAINER(FlatSet, SetOf<theirs::flat_hash_set, kFlat, 3, std::uint32_t>)
RANDOM_CONTAINER(NodeMap, MapOf<theirs::node_hash_map, kNode, 4, std::string, std::uint64_t>)
RANDOM_CONTAINER(NodeSet, SetOf<theirs::node_hash_set, kNode, 5, std::string>)

using testing_support::InferenceLog;
using testing_support::InferenceSpy;
using testing_support::Sized;
using testing_support::SizedHash;

template <std::size_t Bytes, std::size_t Alignment>
void check_arrays() {
  using Key = Sized<Bytes, Alignment>;
  using Table = theirs::flat_hash_set<Key, SizedHash, std::equal_to<Key>, InferenceSpy<Key, Key, kFlat>>;
  SCOPED_TRACE(std::to_string(Bytes) + " bytes, alignment " + std::to_string(Alignment));
  InferenceLog log;
  testing_support::inference_log = &log;
  Table table;
  for (std::uint64_t n = 0; n < (Bytes == 1 ? 256 : 8000); ++n) {
    const std::size_t arrays = log.arrays.size();
    log.entries = table.size();
    table.insert(Key(n));
    ASSERT_EQ(log.others, 0U) << n;
    ASSERT_EQ(log.arrays.back().facts.slots, table.capacity());
    ASSERT_EQ(log.arrays.back().facts.kind, kFlat);
    if (arrays > 0 && log.arrays.size() > arrays) {
      ASSERT_EQ(n, log.arrays[arrays - 1].facts.limit);
    } else if (arrays == 0) {
      ASSERT_EQ(log.arrays.back().facts.first_slots, table.capacity());
    }
  }
}

TEST(Arrays, AgreeForEntriesOfManySizes) {
  check_arrays<1, 1>();
  check_arrays<2, 1>();
  check_arrays<3, 1>();
  check_arrays<7, 1>();
  check_arrays<8, 8>();
  check_arrays<12, 4>();
  check_arrays<16, 8>();
  check_arrays<24, 8>();
  check_arrays<64, 64>();
  check_arrays<96, 32>();
  check_arrays<300, 4>();
}

TEST(Aliases, AreOfTheirKinds) {
  start();
  ours::flat_hash_map<std::uint64_t, std::uint64_t> flat{named("flat users")};
  ours::node_hash_set<std::uint64_t> nodes{named("node users")};
  for (std::uint64_t i = 0; i < 1000; ++i) {
    flat[i] = i;
    nodes.insert(i);
  }
  const model::Profile profile = snapshot(At::kNow);
  EXPECT_EQ(totals(profile, "flat users", "buckets")[model::kInuseObjects], 1);
  EXPECT_EQ(totals(profile, "node users", "nodes")[model::kInuseObjects], 1000);
  stop();
}

}  // namespace
}  // namespace bucketprof::tests
