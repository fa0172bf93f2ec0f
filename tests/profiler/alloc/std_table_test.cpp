// SPDX-License-Identifier: Apache-2.0
//
// What is believed of the members behind an allocator. That they are those of the containers is checked where these are
// run (tests/profiler/load_factors_test.cpp).
#include "profiler/alloc/std_table.h"

#include <gtest/gtest.h>

#include <limits>
#include <unordered_map>

#include "profiler/alloc/allocator.h"

namespace bucketprof::alloc {
namespace {

using detail::StdTableMembers;

/// Members of a table with 29 buckets that grows to 59, at a load factor of 2.
StdTableMembers growing() {
  return {.buckets = 4096,
          .bucket_count = 29,
          .before_begin = 0,
          .element_count = 58,
          .max_load_factor = 2,
          .next_resize = 118,
          .single_bucket = 0};
}

std::optional<float> factor_of(const StdTableMembers& members, std::uint64_t slots, std::uint64_t before) {
  StdTable table;
  table.set(&members);
  return table.load_factor(slots, before);
}

TEST(StdTable, TheMembersTellTheFactor) {
  EXPECT_EQ(factor_of(growing(), 59, 29), 2.F);
  StdTableMembers first = growing();
  first.buckets = reinterpret_cast<std::uintptr_t>(&first.single_bucket);
  first.bucket_count = 1;
  StdTable table;
  table.set(&first);
  EXPECT_EQ(table.load_factor(59, 0), 2.F);
  StdTableMembers copy = growing();
  copy.buckets = 0;
  EXPECT_EQ(factor_of(copy, 29, 0), std::nullopt);  // what the array takes is not twice its slots
  copy.next_resize = 58;
  EXPECT_EQ(factor_of(copy, 29, 0), 2.F);
  copy.next_resize = 0;
  EXPECT_EQ(factor_of(copy, 29, 0), 2.F);
}

TEST(StdTable, WhatDoesNotFitIsNotBelieved) {
  EXPECT_EQ(StdTable().load_factor(59, 29), std::nullopt);
  EXPECT_EQ(factor_of(growing(), 59, 28), std::nullopt);
  EXPECT_EQ(factor_of(growing(), 59, 0), std::nullopt);
  EXPECT_EQ(factor_of(growing(), 61, 29), std::nullopt);
  StdTableMembers odd = growing();
  for (const float factor : {0.F, -1.F, 1e30F, std::numeric_limits<float>::quiet_NaN()}) {
    odd.max_load_factor = factor;
    EXPECT_EQ(factor_of(odd, 59, 29), std::nullopt) << factor;
  }
  odd = growing();
  odd.next_resize = 0;
  EXPECT_EQ(factor_of(odd, 59, 29), std::nullopt);
}

TEST(StdTable, ACopyHasNone) {
  const StdTableMembers members = growing();
  StdTable table;
  table.set(&members);
  const StdTable copy = table;  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_EQ(copy.load_factor(59, 29), std::nullopt);
  table = copy;
  EXPECT_EQ(table.load_factor(59, 29), 2.F);
}

// No container does so, but any code may.
TEST(StdTable, AnAllocatorInNoTableAllocatesArrays) {
  using Entry = std::pair<const int, int>;
  using Node = std::__detail::_Hash_node<Entry, false>;
  const auto nodes = std::make_unique<Allocator<Node, Entry>>();
  Allocator<std::__detail::_Hash_node_base*, Entry> arrays(*nodes);
  std::__detail::_Hash_node_base** const array = arrays.allocate(29);
  arrays.deallocate(array, 29);
  EXPECT_EQ(arrays.table_id(), nodes->table_id());
  static_assert(sizeof(*nodes) == 2 * sizeof(void*), "which is in each table");
}

}  // namespace
}  // namespace bucketprof::alloc
