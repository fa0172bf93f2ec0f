// SPDX-License-Identifier: Apache-2.0
//
// A user's test: what a table allocates, and the text of a failure, which names the line and so needs elfutils.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "profiler/containers_std.h"
#include "profiler/testing/gtest.h"

using bucketprof::testing::AllocatedObjects;
using bucketprof::testing::Rehashes;
using bucketprof::testing::Scope;

TEST(Consumer, MeasuresATable) {
  const Scope scope;
  bucketprof::profiled::unordered_map<int, int> users{bucketprof::named("users")};
  users.reserve(100);
  for (int i = 0; i < 100; ++i) users[i] = i;
  EXPECT_THAT(scope.used(), ::testing::AllOf(AllocatedObjects(101), Rehashes(0)));
  EXPECT_THAT(::testing::PrintToString(scope.used()), ::testing::HasSubstr("consumer_test.cpp:17"));
}
