// SPDX-License-Identifier: Apache-2.0
//
// Tests of the memory that the tables of a piece of code take.
#include "docs/examples/testing/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "profiler/testing/gtest.h"

namespace {

using namespace bucketprof::testing;  // Scope and the matchers
using ::testing::AllOf;
using ::testing::Le;

constexpr std::string_view kText = "to be or not to be that is the question";

TEST(Words, AreCountedWithoutARehash) {
  const Scope scope;
  const Words words = count_words(kText, 8);
  EXPECT_THAT(scope.used(), AllOf(Tables(1), Rehashes(0), PeakBytes(Le(8 * 64))));
  EXPECT_THAT(scope.used(), OfTable("words", OfPart(Part::kNodes, AllocatedObjects(8))));
}

TEST(Words, LookUpsAllocateNothing) {
  const Words words = count_words(kText, 8);
  const Scope scope;
  EXPECT_EQ(words.at("be"), 2);
  EXPECT_EQ(words.count("that"), 1U);
  EXPECT_THAT(scope.used(), NoAllocation());  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): matchers are shared
}

TEST(Words, LeaveNothingBehind) {
  const Scope scope;
  static_cast<void>(count_words(kText, 8));
  EXPECT_THAT(scope.used(), InuseBytes(0));  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): matchers are shared
}

}  // namespace
