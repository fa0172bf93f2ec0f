// SPDX-License-Identifier: Apache-2.0
//
// Which profiles are refused, and why.
#include "profiler/compare/comparable.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bucketprof::compare {
namespace {

TEST(Comparable, CostsOfOtherIntervalsOrMomentsAreNotCompared) {
  Costs a;
  a.interval = 1;
  Costs b = a;
  EXPECT_TRUE(comparable(a, b).ok());
  b.interval = 65536;
  EXPECT_EQ(comparable(a, b).error(), "one is exact, the other sampled every 65536 bytes");
  b = a;
  a.moment = "peak";
  EXPECT_TRUE(comparable(a, b).ok());  // the moment of b is unknown
  b.moment = "now";
  EXPECT_EQ(comparable(a, b).error(), "in-use values of one are at the peak, of the other at the end");
}

TEST(Comparable, CostsOfTablesKnownByNamesOfFunctionsAreNotComparedWithRecordedOnes) {
  Costs recorded;
  Costs found = recorded;
  found.tells_slack = false;
  EXPECT_TRUE(comparable(found, found).ok());
  EXPECT_THAT(comparable(recorded, found).error(), testing::HasSubstr("profile both in the same way"));
  EXPECT_FALSE(comparable(found, recorded).ok());
}

TEST(Comparable, CostsWithoutTheProgramsNamesAreNotComparedWithNamedOnes) {
  Costs named;
  named.program = "server";
  named.sites = {{"users", "std_node", "load", {}, {}, {}}};
  Costs nameless = named;
  nameless.sites = {{"users", "std_node", "[server]", {}, {}, {}}};
  EXPECT_TRUE(comparable(nameless, nameless).ok());
  for (const bool first : {true, false}) {
    const Status status = first ? comparable(nameless, named) : comparable(named, nameless);
    ASSERT_FALSE(status.ok());
    EXPECT_THAT(status.error(), testing::StartsWith("one lacks the function names of server: "));
  }
  Costs library = named;
  library.sites[0].function = "[libx]";  // a library, not the program
  EXPECT_TRUE(comparable(library, named).ok());
  EXPECT_TRUE(comparable(nameless, Costs()).ok());
}

}  // namespace
}  // namespace bucketprof::compare
