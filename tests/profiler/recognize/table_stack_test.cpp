// SPDX-License-Identifier: Apache-2.0
//
// What one stack says; classify_stacks_test.cpp has the stacks of each library.
#include "profiler/recognize/table_stack.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "profiler/tables/std_node.h"
#include "tests/support/heap_profile.h"

namespace bucketprof::recognize {
namespace {

using hashmap::Cause;
using hashmap::Part;
using testing_support::HeapProfile;

struct Read {
  StackTable found;
  bool is_unnamed = false;
};

Read read_stack(HeapProfile heap, std::int64_t bytes = 64) {
  model::Profile profile = std::move(heap).finish();
  Texts texts(profile.strings);
  StackReader reader(profile, texts);
  return {reader.read(0, bytes), reader.is_unnamed(0)};
}

const std::vector<std::string> kGrownStack{"operator new", "std::_Hashtable::_M_rehash",
                                           "std::_Hashtable::_M_insert_unique_node", "fill", "main"};

TEST(TableStack, TellsTableKindPartAndCause) {
  const StackTable found = read_stack(std::move(HeapProfile().add(kGrownStack))).found;
  ASSERT_NE(found.table, nullptr);
  EXPECT_EQ(found.kind, tables::Kind::kStdNode);
  EXPECT_EQ(found.part, Part::kBuckets);
  EXPECT_EQ(found.cause, Cause::kRehash);
  EXPECT_NE(found.name, 0U);
}

TEST(TableStack, TheFirstArrayHasItsSize) {
  EXPECT_EQ(read_stack(std::move(HeapProfile().add(kGrownStack)), 13 * 8).found.cause, Cause::kFirstInsert);
}

TEST(TableStack, OtherCodeIsNoTables) {
  EXPECT_EQ(read_stack(std::move(HeapProfile().add({"operator new", "fill", "main"}))).found.table, nullptr);
}

TEST(TableStack, CodeIsUnnamedWithoutANameOrWithoutThoseOfInlinedFunctions) {
  EXPECT_TRUE(read_stack(std::move(HeapProfile().add({"operator new", "", "main"}))).is_unnamed);
  EXPECT_TRUE(read_stack(std::move(HeapProfile().add({"operator new", "program+0x12", "main"}))).is_unnamed);
  EXPECT_TRUE(read_stack(std::move(HeapProfile().without_lines().add({"operator new", "fill", "main"}))).is_unnamed);
  EXPECT_FALSE(read_stack(std::move(HeapProfile().add({"operator new", "fill", "main"}))).is_unnamed);
  EXPECT_FALSE(read_stack(std::move(HeapProfile().without_lines().add({"std::vector::push_back", "main"}))).is_unnamed);
  EXPECT_FALSE(read_stack(std::move(HeapProfile().without_lines().add({"operator new"}))).is_unnamed);
}

}  // namespace
}  // namespace bucketprof::recognize
