// SPDX-License-Identifier: Apache-2.0
//
// Policies applied to hand-made costs: which limits fail, which allowances cover, and the call sites to look at.
#include "profiler/compare/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/costs.h"

namespace bucketprof::compare {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::costs_of;
using testing_support::Made;

constexpr std::int64_t kMiB = 1 << 20;

CheckResult checked(const std::string& policy, const Costs* before, const Costs& after) {
  const auto parsed = parse_policy(policy, "2026-11-21");
  EXPECT_TRUE(parsed.ok()) << parsed.error();
  if (!parsed.ok()) return {};
  auto result = check(*parsed, before, after);
  EXPECT_TRUE(result.ok()) << result.error();
  return result.ok() ? std::move(result).value() : CheckResult();
}

std::vector<std::string> failed(const CheckResult& result) {
  std::vector<std::string> rows;
  for (const Comparison& comparison : result.comparisons) {
    if (comparison.verdict != Verdict::kFailed) continue;
    rows.push_back(std::string(name_of(comparison.scope)) + " " + comparison.table + comparison.finding + " " +
                   comparison.function + " " + std::string(name_of(comparison.metric)) +
                   (comparison.is_budget ? " max" : " growth"));
  }
  return rows;
}

const std::string kGrowth = R"(
[total]
alloc_space = { growth = "1 %" }
[[table]]
alloc_space = { growth = 0 }
rehashes = { growth = 0 }
[[site]]
alloc_space = { growth = 0 }
)";

TEST(Check, EqualCostsPass) {
  const Costs costs = costs_of({{"users", "load", 2, kMiB}, {"carts", "fill", 1, kMiB}});
  const CheckResult result = checked(kGrowth, &costs, costs);
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.count(Verdict::kOk), 1U + 2 * 2 + 2);
  EXPECT_EQ(result.runs_before, 1);
  EXPECT_TRUE(result.notes.empty());
}

TEST(Check, GrowthIsFoundInTheTableAndAtTheSite) {
  const Costs before = costs_of({{"users", "load", 2, 100 * kMiB}, {"carts", "fill", 1, kMiB}});
  const Costs after = costs_of({{"users", "load", 2, 100 * kMiB}, {"carts", "fill", 1, kMiB + 1, {"main"}, 1}});
  const CheckResult result = checked(kGrowth, &before, after);
  EXPECT_FALSE(result.ok());
  EXPECT_THAT(failed(result), ElementsAre("table carts  alloc_space growth", "table carts  rehashes growth",
                                          "site carts fill alloc_space growth"));
  const Comparison& table = result.comparisons[1];
  EXPECT_EQ(table.line, 5);
  EXPECT_EQ(table.rule, "each table");
  EXPECT_EQ(table.before, kMiB);
  EXPECT_EQ(table.after, kMiB + 1);
  EXPECT_EQ(table.limit, kMiB);
  EXPECT_EQ(table.allowed_text, "0");
  ASSERT_EQ(table.culprits.size(), 1U);
  EXPECT_EQ(table.culprits[0].function, "fill");
  EXPECT_EQ(table.culprits[0].growth, 1);
  EXPECT_EQ(table.culprits[0].rehashes, 1);
  EXPECT_EQ(table.location.file, "/src/carts.cpp");
  EXPECT_EQ(table.location.line, 12);
}

TEST(Check, GrowthWithinTheLimitOrBelowTheLeastPasses) {
  const Costs before = costs_of({{"users", "load", 2, 100 * kMiB}});
  const std::string limit = "[[table]]\nname = 'users'\nalloc_space = { growth = '3 %' }\n";
  const auto grown_by = [](std::int64_t bytes) { return costs_of({{"users", "load", 2, 100 * kMiB + bytes}}); };
  EXPECT_TRUE(checked(limit, &before, grown_by(3 * kMiB)).ok());
  EXPECT_FALSE(checked(limit, &before, grown_by(3 * kMiB + 1)).ok());
  EXPECT_TRUE(checked("min_bytes = '4 MiB'\n" + limit, &before, grown_by(3 * kMiB + 1)).ok());
  EXPECT_FALSE(checked("min_bytes = '4 MiB'\n" + limit, &before, grown_by(4 * kMiB)).ok());
  EXPECT_FALSE(
      checked("min_bytes = '4 MiB'\n[total]\nalloc_space = { growth = 0, min = 1 }\n", &before, grown_by(1)).ok());
  EXPECT_TRUE(checked(limit, &before, grown_by(-kMiB)).ok());
}

TEST(Check, BudgetsNeedNoBaselineAndKnowNoLeast) {
  const Costs after = costs_of({{"users", "load", 2, kMiB}, {"carts", "fill", 1, 100}});
  const std::string policy =
      "min_bytes = '1 GiB'\n[[table]]\ninuse_space = { max = '1 MiB' }\n[total]\ninuse_space = { max = '1 MiB' }\n";
  const CheckResult result = checked(policy, nullptr, after);
  EXPECT_THAT(failed(result), ElementsAre("total   inuse_space max"));
  EXPECT_EQ(result.runs_before, 0);
  const Comparison* total = nullptr;
  for (const Comparison& comparison : result.comparisons) {
    if (comparison.scope == RuleScope::kTotal) total = &comparison;
  }
  ASSERT_NE(total, nullptr);
  EXPECT_EQ(total->limit, kMiB);
  EXPECT_FALSE(total->is_new);
  ASSERT_EQ(total->culprits.size(), 2U);
  EXPECT_EQ(total->culprits[0].function, "load");
  EXPECT_EQ(total->culprits[0].growth, kMiB);
}

TEST(Check, ANewTableGrewFromNothing) {
  const Costs before = costs_of({{"users", "load", 2, kMiB}});
  const Costs after = costs_of({{"users", "load", 2, kMiB}, {"cache", "warm", 700, 5 * kMiB, {"serve"}}});
  const CheckResult result = checked("[[table]]\nalloc_space = { growth = '50 %' }\n", &before, after);
  EXPECT_THAT(failed(result), ElementsAre("table cache  alloc_space growth"));
  EXPECT_TRUE(result.comparisons[0].is_new);
  EXPECT_TRUE(result.comparisons[0].culprits.at(0).is_new);
}

TEST(Check, RulesChooseByNameAndByPattern) {
  const Costs before = costs_of({});
  const Costs after =
      costs_of({{"users", "shop::load", 1, 100}, {"cache_a", "shop::warm", 1, 100}, {"cache_b", "test::warm", 1, 100}});
  EXPECT_THAT(failed(checked("[[table]]\ntable = '^cache'\nalloc_space = { growth = 0 }\n", &before, after)).size(),
              2U);
  EXPECT_THAT(
      failed(checked("[[site]]\nfunction = '^shop::'\ntable = '^cache'\nalloc_space = { max = 1 }\n", &before, after)),
      ElementsAre("site cache_a shop::warm alloc_space max"));
  const CheckResult nobody = checked("[[table]]\nname = 'nobody'\nalloc_space = { max = 1 }\n", &before, after);
  EXPECT_TRUE(nobody.ok());
  EXPECT_THAT(nobody.notes, ElementsAre("line 1: no table is named nobody"));
}

TEST(Check, ALikelyRenameIsNoGrowth) {
  const Costs before = costs_of({{"users", "shop::load_users", 3, kMiB}});
  const Costs after = costs_of({{"users", "shop::read_users", 3, kMiB + 5}});
  const CheckResult result = checked(kGrowth, &before, after);
  EXPECT_THAT(failed(result),
              ElementsAre("table users  alloc_space growth", "site users shop::read_users alloc_space growth"));
  for (const Comparison& comparison : result.comparisons) {
    if (comparison.scope == RuleScope::kSite) {
      EXPECT_EQ(comparison.renamed_from, "shop::load_users");
    }
    EXPECT_EQ(comparison.after - comparison.before, comparison.metric == kRehashes ? 0 : 5);
  }
}

const std::string kAllowed = R"(
[[allow]]
name = "users"
reason = "the new index"
expires = 2026-12-31
)";

TEST(Check, WhatIsAllowedFailsNeitherItselfNorTheTotal) {
  const Costs before = costs_of({{"users", "load", 2, 10 * kMiB}, {"carts", "fill", 1, kMiB}});
  Costs after = costs_of({{"users", "load", 2, 15 * kMiB}, {"carts", "fill", 1, kMiB}});
  const CheckResult agreed = checked(kGrowth + kAllowed, &before, after);
  EXPECT_TRUE(agreed.ok());
  EXPECT_EQ(agreed.count(Verdict::kAllowed), 2U);  // the table and its site
  EXPECT_EQ(agreed.comparisons[0].waived, 5 * kMiB);
  for (const Comparison& comparison : agreed.comparisons) {
    if (comparison.verdict == Verdict::kAllowed) {
      EXPECT_EQ(comparison.reason, "the new index");
      EXPECT_EQ(comparison.expires, "2026-12-31");
    }
  }
  after = costs_of({{"users", "load", 2, 15 * kMiB}, {"carts", "fill", 1, 2 * kMiB}});
  EXPECT_THAT(failed(checked(kGrowth + kAllowed, &before, after)),
              ElementsAre("total   alloc_space growth", "table carts  alloc_space growth",
                          "site carts fill alloc_space growth"));
}

TEST(Check, AnAllowanceOfAMetricOrAFunctionCoversThatAlone) {
  const Costs before = costs_of({{"users", "load", 2, 10 * kMiB}, {"users", "find", 2, kMiB}});
  const Costs after = costs_of({{"users", "load", 2, 15 * kMiB, {"main"}, 1}, {"users", "find", 2, kMiB}});
  const std::string metric = "[[allow]]\nname = 'users'\nmetric = 'alloc_space'\nreason = 'x'\nexpires = 2026-12-31\n";
  EXPECT_THAT(failed(checked(kGrowth + metric, &before, after)), ElementsAre("table users  rehashes growth"));
  const std::string function = "[[allow]]\nfunction = '^load$'\nreason = 'x'\nexpires = 2026-12-31\n";
  EXPECT_TRUE(checked(kGrowth + function, &before, after).ok());  // covers the same growth of the table, too
}

TEST(Check, AnAllowanceWithoutUseIsNoted) {
  const Costs costs = costs_of({{"carts", "fill", 1, kMiB}});
  EXPECT_THAT(checked(kGrowth + kAllowed, &costs, costs).notes,
              ElementsAre("line 10: this allowance covers nothing (\"the new index\")"));
}

TEST(Check, BudgetsKnowNoAllowance) {
  const Costs after = costs_of({{"users", "load", 2, kMiB}});
  EXPECT_FALSE(
      checked("[total]\nalloc_space = { max = 1 }\n[[allow]]\nscope = 'total'\nreason = 'x'\nexpires = 2026-12-31\n",
              nullptr, after)
          .ok());
}

FindingCost finding(const std::string& function, std::int64_t avoidable, bool worth) {
  FindingCost made;
  made.id = "over_preallocated";
  made.table = "users";
  made.function = function;
  made.avoidable = avoidable;
  made.worth_reporting = worth ? 1 : 0;
  made.avoidable_worth_reporting = worth ? avoidable : 0;
  made.advice = {.id = findings::FindingId::kOverPreallocated, .reserve = 10};
  made.location = {function, "/src/users.cpp", 7};
  return made;
}

TEST(Check, FindingsAreLimitedById) {
  Costs before = costs_of({{"users", "load", 2, 10 * kMiB}});
  Costs after = before;
  after.findings = {finding("load", 5 * kMiB, true)};
  const std::string policy =
      "[[finding]]\nid = 'over_preallocated'\nfindings = { growth = 0 }\navoidable = { max = '1 MiB', growth = '1 MiB' "
      "}\n";
  const CheckResult fresh = checked(policy, &before, after);
  EXPECT_THAT(failed(fresh), ElementsAre("finding usersover_preallocated load findings growth",
                                         "finding usersover_preallocated load avoidable max",
                                         "finding usersover_preallocated load avoidable growth"));
  ASSERT_TRUE(fresh.comparisons[0].advice);
  EXPECT_EQ(fresh.comparisons[0].advice->reserve, 10U);
  EXPECT_EQ(fresh.comparisons[0].location.line, 7);
  before.findings = {finding("load", 5 * kMiB, true)};
  EXPECT_THAT(failed(checked(policy, &before, after)),
              ElementsAre("finding usersover_preallocated load avoidable max"));
  EXPECT_TRUE(checked("[[finding]]\nid = 'emptied'\nfindings = { max = 0 }\n", &before, after).ok());
}

TEST(Check, AFindingGoesWithTheSiteThatHoldsItsFunction) {
  Costs before = costs_of({{"users", "put", 9, 9 * kMiB, {"load", "main"}}});
  Costs after = costs_of({{"users", "load", 9, 9 * kMiB, {"main"}}});
  before.findings = {finding("put", 3 * kMiB, true)};
  after.findings = {finding("load", 3 * kMiB, true)};
  const std::string policy = "[finding]\navoidable = { growth = 0 }\nfindings = { growth = 0 }\n";
  EXPECT_THAT(failed(checked(policy, &before, after)), ElementsAre());
  EXPECT_THAT(failed(checked(policy, &after, before)), ElementsAre());
}

TEST(Check, AFindingThatOnlyJustBecameWorthSayingDidNotGrowFromNothing) {
  Costs before = costs_of({{"users", "load", 2, 10 * kMiB}});
  Costs after = before;
  before.findings = {finding("load", 5 * kMiB, false)};
  after.findings = {finding("load", 5 * kMiB + 10, true)};
  EXPECT_TRUE(checked("[[finding]]\navoidable = { growth = 10 }\nfindings = { growth = 0 }\n", &before, after).ok());
  EXPECT_FALSE(checked("[[finding]]\navoidable = { growth = 9 }\n", &before, after).ok());
}

TEST(Check, SampledCostsFailOnlyBeyondWhatSamplingExplains) {
  const auto costs = [](std::int64_t bytes) { return costs_of({{"users", "load", bytes / 64, bytes}}, 65536); };
  const std::string policy = "[[table]]\nalloc_space = { growth = 0 }\n";
  const Costs before = costs(64 * kMiB);  // 1,024 samples
  EXPECT_TRUE(checked(policy, &before, costs(66 * kMiB)).ok());
  const CheckResult grown = checked(policy, &before, costs(77 * kMiB));
  EXPECT_FALSE(grown.ok());
  EXPECT_LT(grown.comparisons[0].chance, 0.01);
  EXPECT_NEAR(grown.comparisons[0].error_before, 1.96 * 2 * kMiB, 0.1 * kMiB);  // 1 / sqrt(1,024) of 64 MiB
  EXPECT_DOUBLE_EQ(grown.confidence, 0.99);
  EXPECT_TRUE(checked("confidence = 0.999999\n" + policy, &before, costs(72 * kMiB)).ok());
  // A budget holds as long as the true value may be within it.
  EXPECT_TRUE(checked("[total]\nalloc_space = { max = '64 MiB' }\n", nullptr, costs(66 * kMiB)).ok());
  EXPECT_FALSE(checked("[total]\nalloc_space = { max = '64 MiB' }\n", nullptr, costs(77 * kMiB)).ok());
}

// X = 400 KiB with a deviation of 150 are 7 events: half of all pairs of equal runs have one with none on the other
// side.
TEST(Check, AFindingThatSamplingMayHaveMissedBeforeIsNotNew) {
  const auto costs = [](std::int64_t kib, double deviation) {
    Costs made = costs_of({{"users", "load", 1024, 64 * kMiB}}, 65536);
    made.findings = {finding("load", kib << 10, true)};
    made.findings[0].variance = deviation * deviation * (1 << 20);
    return made;
  };
  const std::string policy = "confidence = 0.9999\n[finding]\nfindings = { growth = 0 }\n";
  const Costs none = costs_of({{"users", "load", 1024, 64 * kMiB}}, 65536);
  const CheckResult held = checked(policy, &none, costs(400, 150));
  EXPECT_TRUE(held.ok());
  EXPECT_NEAR(held.comparisons[0].chance, std::pow(0.5, 400. * 400 / (150 * 150)), 1e-3);
  EXPECT_EQ(failed(checked(policy, &none, costs(4000, 150))).size(), 1U);
  EXPECT_EQ(failed(checked(policy, &none, costs(400, 0))).size(), 1U) << "exact";
}

TEST(Check, ManyLimitsShareTheConfidence) {
  std::vector<Made> sites;
  for (int i = 0; i < 1000; ++i) sites.push_back({"t" + std::to_string(i), "f", 1000, 64'000'00});
  const Costs before = costs_of(sites, 65536);
  sites[0].bytes = sites[0].bytes * 13 / 10;  // a chance of 0.03: rare for one, common among a thousand
  const Costs after = costs_of(sites, 65536);
  EXPECT_FALSE(
      checked("confidence = 0.95\n[[table]]\nname = 't0'\nalloc_space = { growth = 0 }\n", &before, after).ok());
  EXPECT_TRUE(checked("confidence = 0.95\n[[table]]\nalloc_space = { growth = 0 }\n", &before, after).ok());
}

TEST(Check, WhatCouldNotBeRecordedFails) {
  Costs costs = costs_of({{"users", "load", 1, 100}});
  costs.losses = 3;
  const CheckResult result = checked("[total]\nalloc_space = { max = 1000 }\n", nullptr, costs);
  EXPECT_FALSE(result.ok());
  EXPECT_TRUE(result.losses_failed());
  EXPECT_EQ(result.count(Verdict::kFailed), 0U);
  EXPECT_TRUE(checked("max_losses = 3\n[total]\nalloc_space = { max = 1000 }\n", nullptr, costs).ok());
}

TEST(Check, SidesOfDifferentKindsAreAnError) {
  const Costs exact = costs_of({});
  const auto policy = parse_policy(kGrowth, "2026-11-21");
  const auto result = check(*policy, &exact, costs_of({}, 512));
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error(), HasSubstr("one is exact, the other sampled every 512 bytes"));
}

}  // namespace
}  // namespace bucketprof::compare
