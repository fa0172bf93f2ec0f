// SPDX-License-Identifier: Apache-2.0
//
// Mangled names of C++, and names that are not mangled.
#include "profiler/base/demangle.h"

#include <gtest/gtest.h>

namespace bucketprof {
namespace {

TEST(Demangle, NamesKeepTheirArguments) {
  EXPECT_EQ(
      demangled("_ZNSt13unordered_setIiSt4hashIiESt8equal_toIiESaIiEE7reserveEm"),
      "std::unordered_set<int, std::hash<int>, std::equal_to<int>, std::allocator<int> >::reserve(unsigned long)");
}

TEST(Demangle, OtherNamesStayAsTheyAre) {
  for (const char* name : {"", "f", "main", "g_hash_table_insert", "_Znothing", "_RNvNtCs1_5alloc5alloc5alloc"}) {
    EXPECT_EQ(demangled(name), name);
  }
}

}  // namespace
}  // namespace bucketprof
