// SPDX-License-Identifier: Apache-2.0
#include "profiler/compare/finding_keys.h"

#include <gtest/gtest.h>

namespace bucketprof::compare {
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
  table.renamed_from = "users";
  diff.tables = {table};
  Change site;
  site.table = "people";
  site.function = "read";
  site.renamed_from = "load";
  site.absorbs = {"put"};
  diff.sites = {site};
  const FindingKeys keys(diff);
  EXPECT_EQ(keys.later(finding("people", "read")), Key("emptied", "people", "read"));
  EXPECT_EQ(keys.later(finding("people", "put")), Key("emptied", "people", "read"));
  EXPECT_EQ(keys.former(finding("users", "load")), Key("emptied", "people", "read"));
  EXPECT_EQ(keys.former(finding("users", "put")), Key("emptied", "people", "read"));
  // Old names are replaced only in the earlier profile, and only in their own table.
  EXPECT_EQ(keys.later(finding("people", "load")), Key("emptied", "people", "load"));
  EXPECT_EQ(keys.former(finding("carts", "load")), Key("emptied", "carts", "load"));
}

}  // namespace
}  // namespace bucketprof::compare
