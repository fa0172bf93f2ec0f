// SPDX-License-Identifier: Apache-2.0
#include "profiler/analyze/finding_keys.h"

#include <gtest/gtest.h>

namespace bucketprof::analyze {
namespace {

FindingCost finding(const char* table, const char* function) {
  FindingCost made;
  made.id = "emptied";
  made.table = table;
  made.function = function;
  return made;
}

TEST(FindingKeys, FollowNewNamesAndSitesThatHoldOthers) {
  using Key = FindingKeys::Key;
  Diff diff;
  Change table;
  table.table = "people";
  table.was = "users";
  diff.tables = {table};
  Change site;
  site.table = "people";
  site.function = "read";
  site.was = "load";
  site.holds = {"put"};
  diff.sites = {site};
  const FindingKeys keys(diff);
  EXPECT_EQ(keys.later(finding("people", "read")), Key("emptied", "people", "read"));
  EXPECT_EQ(keys.later(finding("people", "put")), Key("emptied", "people", "read"));
  EXPECT_EQ(keys.former(finding("users", "load")), Key("emptied", "people", "read"));
  EXPECT_EQ(keys.former(finding("users", "put")), Key("emptied", "people", "read"));
  // Names of the earlier profile mean nothing in the later one, and those of another table nothing at all.
  EXPECT_EQ(keys.later(finding("people", "load")), Key("emptied", "people", "load"));
  EXPECT_EQ(keys.former(finding("carts", "load")), Key("emptied", "carts", "load"));
}

}  // namespace
}  // namespace bucketprof::analyze
