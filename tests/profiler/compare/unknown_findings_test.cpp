// SPDX-License-Identifier: Apache-2.0
//
// Limits on findings where these cannot be computed: never a pass for what is not known.
#include "profiler/compare/unknown_findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "profiler/compare/baseline.h"
#include "profiler/compare/check.h"
#include "profiler/compare/repetitions.h"
#include "tests/support/costs.h"

namespace bucketprof::compare {
namespace {

using findings::Silence;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::costs_of;

const std::string kNoFinding = R"(
[[finding]]
findings = { max = 0 }
)";
const std::string kNotMoreFindings = R"(
[[finding]]
avoidable = { growth = "10 %" }
)";
const std::string kNoFindingOfUsers = R"(
[[finding]]
table = "^users$"
id = "grown_in_steps"
avoidable = { max = 0 }
)";

Costs silent_costs(Silence users, Silence carts) {
  Costs made = costs_of({{"carts", "fill", 1, 1000}, {"users", "load", 1, 1000}});
  made.tables[0].silence = carts;
  made.tables[1].silence = users;
  return made;
}

Result<CheckResult> checked_findings(const std::string& policy, const Costs& after, const Costs* before = nullptr) {
  return check(parse_policy(policy, "2026-11-21").value(), before, after);
}

TEST(UnknownFindings, AreAnErrorIfNoTableTells) {
  const auto result = checked_findings(kNoFinding, silent_costs(Silence::kFoundByName, Silence::kFoundByName));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(
      result.error(),
      "the findings, which line 3 of the policy limits, are not known, because tables that were found by names of "
      "functions do not tell how full they ever were: link the program with bucketprof and use the aliases of its "
      "containers (docs/containers.md)");
  EXPECT_FALSE(checked_findings(kNoFindingOfUsers, silent_costs(Silence::kNoPeaks, Silence::kNone)).ok());
  EXPECT_TRUE(checked_findings(kNoFindingOfUsers, silent_costs(Silence::kNone, Silence::kNoPeaks)).ok());
  Costs nothing;
  EXPECT_TRUE(checked_findings(kNoFinding, nothing).ok());
  nothing.tells_slack = false;
  EXPECT_THAT(checked_findings(kNoFinding, nothing).error(), HasSubstr("no hash table was recognized"));
}

TEST(UnknownFindings, AreANoteIfOthersTell) {
  const auto result = checked_findings(kNoFinding, silent_costs(Silence::kUnknownKind, Silence::kNone));
  ASSERT_TRUE(result.ok());
  EXPECT_THAT(result->notes,
              ElementsAre("line 3: findings were not looked for in 1 table: it is not known how their arrays grow"));
}

TEST(UnknownFindings, OfSomeIdsAreANote) {
  const Costs robin = silent_costs(Silence::kNotCounted, Silence::kNotCounted);
  const auto all = checked_findings(kNoFinding, robin);
  ASSERT_TRUE(all.ok());
  EXPECT_THAT(all->notes, ElementsAre(HasSubstr("only grown_in_steps is computed")));
  const auto one = checked_findings(kNoFindingOfUsers, robin);
  ASSERT_TRUE(one.ok());
  EXPECT_THAT(one->notes, IsEmpty());
}

TEST(UnknownFindings, OfTheBaselineCountForGrowth) {
  const Costs whole = silent_costs(Silence::kNone, Silence::kNone);
  const Costs delta = silent_costs(Silence::kNoPeaks, Silence::kNoPeaks);
  const auto baseline = read_baseline(write_baseline(delta));
  ASSERT_TRUE(baseline.ok());
  EXPECT_EQ(baseline->tables[0].silence, Silence::kNoPeaks);
  const auto result = checked_findings(kNotMoreFindings, whole, &*baseline);
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error(), HasSubstr("the findings of the baseline, which line 3"));
  EXPECT_FALSE(checked_findings(kNotMoreFindings, delta, &whole).ok());
  EXPECT_TRUE(checked_findings(kNotMoreFindings, whole, &whole).ok());
  EXPECT_TRUE(checked_findings(kNoFinding, whole, &delta).ok());
}

TEST(UnknownFindings, OfOneRunAreThoseOfAll) {
  const auto both =
      combine({silent_costs(Silence::kNone, Silence::kNone), silent_costs(Silence::kNoPeaks, Silence::kNone)});
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(both->tables[1].silence, Silence::kNoPeaks);
}

}  // namespace
}  // namespace bucketprof::compare
