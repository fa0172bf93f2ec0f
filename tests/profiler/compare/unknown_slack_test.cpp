// SPDX-License-Identifier: Apache-2.0
//
// Limits on slack where containers do not tell how full they are: never a pass for what is not known.
#include "profiler/compare/unknown_slack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "profiler/compare/check.h"
#include "tests/support/costs.h"

namespace bucketprof::compare {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing_support::costs_of;

const std::string kNoSlack = R"(
[total]
inuse_slack = { max = 0 }
)";
const std::string kNoSlackOfTables = R"(
[[table]]
alloc_slack = { growth = 0 }
)";
const std::string kNoSlackOfUsers = R"(
[[table]]
name = "users"
inuse_slack = { max = 0 }
inuse_space = { max = 1 }
)";

/// Two tables, of these kinds.
Costs costs(const char* users, const char* carts) {
  Costs made = costs_of({{"carts", "fill", 1, 1000}, {"users", "load", 1, 1000}});
  made.tables[0].kind = made.sites[0].kind = carts;
  made.tables[1].kind = made.sites[1].kind = users;
  for (TableCost& table : made.tables) {
    if (table.kind != "tsl_robin" && table.kind != "unknown") continue;
    table.cost.values[model::kAllocSlack] = table.cost.values[model::kInuseSlack] = 0;
  }
  return made;
}

Result<CheckResult> checked(const std::string& policy, const Costs& after, const Costs* before = nullptr) {
  return check(parse_policy(policy, "2026-11-21").value(), before, after);
}

TEST(UnknownSlack, IsAnErrorIfNothingElseIsLeft) {
  const auto result = checked(kNoSlack, costs("tsl_robin", "unknown"));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error(),
            "the slack of total, which line 3 of the policy limits, is not known, because the containers do not tell "
            "how full they are: limit space instead");
  EXPECT_FALSE(checked(kNoSlackOfUsers, costs("phmap_flat", "std_node")).ok());
  EXPECT_TRUE(checked(kNoSlackOfUsers, costs("std_node", "phmap_flat")).ok());
}

TEST(UnknownSlack, IsANoteIfOthersAreKnown) {
  const auto total = checked(kNoSlack, costs("tsl_robin", "std_node"));
  ASSERT_TRUE(total.ok());
  EXPECT_EQ(total->count(Verdict::kFailed), 1U);
  EXPECT_THAT(total->notes,
              ElementsAre("line 3: slack was not checked for 1 table: the containers do not tell how full they are"));
  const Costs both = costs("tsl_robin", "std_node");
  const auto tables = checked(kNoSlackOfTables, both, &both);
  ASSERT_TRUE(tables.ok());
  EXPECT_EQ(tables->all(), 1U);  // carts alone
  EXPECT_EQ(tables->notes.size(), 1U);
}

TEST(UnknownSlack, ChangesNothingWhereAllIsKnown) {
  const auto result = checked(kNoSlack, costs("absl_flat", "std_node"));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->count(Verdict::kFailed), 1U);
  EXPECT_THAT(result->notes, IsEmpty());
}

// Found by function names, of whose arrays some were looked at.
TEST(UnknownSlack, IsKnownOfTablesThatWereLookedAt) {
  Costs looked = costs("tsl_robin", "std_node");
  looked.tells_slack = false;
  looked.tables[1].looked_at = looked.sites[1].looked_at = true;  // users
  looked.tables[1].cost.values[model::kInuseSlack] = 100;
  const auto result = checked(kNoSlackOfUsers, looked);
  ASSERT_TRUE(result.ok());
  EXPECT_THAT(result->notes, IsEmpty());
  EXPECT_TRUE(checked(kNoSlack, looked).ok());  // with a note on the other
  const auto change = diff(looked, looked);
  for (const Change& row : change.tables) EXPECT_EQ(row.tells_slack, row.table == "users") << row.table.str();
  for (const Change& row : change.sites) EXPECT_EQ(row.tells_slack, row.table == "users") << row.table.str();
  Costs unlooked = looked;
  unlooked.tables[1].looked_at = unlooked.sites[1].looked_at = false;
  EXPECT_FALSE(diff(looked, unlooked).total.tells_slack);
  EXPECT_FALSE(checked(kNoSlackOfTables, unlooked, &looked).ok());
}

}  // namespace
}  // namespace bucketprof::compare
