// SPDX-License-Identifier: Apache-2.0
//
// The rules of inference for tsl's robin tables, compared with the container's own capacity and growth.
#include <gtest/gtest.h>

#include <tsl/robin_map.h>
#include <tsl/robin_set.h>
#include <cstdint>
#include <functional>
#include <utility>

#include "profiler/alloc/infer.h"
#include "tests/support/inference_spy.h"
#include "tests/support/sized.h"

namespace bucketprof::alloc {
namespace {

using testing_support::inference_log;
using testing_support::InferenceLog;
using testing_support::InferenceSpy;
using testing_support::Sized;
using testing_support::SizedHash;

template <class Table>
void check() {
  using Key = typename Table::key_type;
  InferenceLog log;
  inference_log = &log;
  {
    Table table;
    for (std::uint64_t n = 0; n < 5000; ++n) {
      const std::size_t arrays = log.arrays.size();
      if constexpr (requires { typename Table::mapped_type; }) {
        table.emplace(Key(n), typename Table::mapped_type());
      } else {
        table.insert(Key(n));
      }
      ASSERT_EQ(log.others, 0U);
      ASSERT_EQ(log.live_nodes, 0U);
      const Inferred& newest = log.arrays.back().facts;
      ASSERT_EQ(newest.kind, Kind::kTslRobin);
      ASSERT_EQ(newest.slots, table.bucket_count());
      ASSERT_EQ(newest.entry_bytes, 0U);
      if (n == 0) {
        ASSERT_EQ(newest.slots, newest.first_slots);
      } else if (log.arrays.size() > arrays) {
        ASSERT_EQ(n, log.arrays[arrays - 1].facts.limit);
      }
    }
  }
  for (std::uint64_t want = 1; want < 300'000; want = want * 3 / 2 + 1) {
    InferenceLog reserved;
    inference_log = &reserved;
    Table table;
    table.reserve(want);
    ASSERT_EQ(reserved.arrays.size(), 1U);
    ASSERT_EQ(reserved.arrays[0].facts.slots, table.bucket_count());
    ASSERT_EQ(reserved.arrays[0].facts.slots, tables::RobinArrays::slots_for(want));
    const auto arrays = tables::RobinArrays::of(reserved.arrays[0].bytes, table.bucket_count());
    ASSERT_TRUE(arrays);
    ASSERT_EQ(arrays->bytes(table.bucket_count()), reserved.arrays[0].bytes);
  }
  inference_log = nullptr;
}

template <Kind K>
void check_all() {
  using Key = std::uint64_t;
  using Equal = std::equal_to<Key>;
  using Entry = std::pair<Key, char>;
  check<tsl::robin_map<Key, char, SizedHash, Equal, InferenceSpy<Entry, Entry, K>>>();
  check<tsl::robin_map<Key, char, SizedHash, Equal, InferenceSpy<Entry, Entry, K>, true>>();  // keeps hashes
  check<tsl::robin_set<Key, SizedHash, Equal, InferenceSpy<Key, Key, K>>>();
  using Small = Sized<2>;
  check<tsl::robin_set<Small, SizedHash, std::equal_to<Small>, InferenceSpy<Small, Small, K>>>();
  using Large = Sized<300, 4>;
  check<tsl::robin_set<Large, SizedHash, std::equal_to<Large>, InferenceSpy<Large, Large, K>>>();
}

TEST(InferRobin, AgreesForDeclaredTables) { check_all<Kind::kTslRobin>(); }
TEST(InferRobin, AgreesForTablesThatNoAliasDeclares) { check_all<Kind::kUnknown>(); }

}  // namespace
}  // namespace bucketprof::alloc
