// SPDX-License-Identifier: Apache-2.0
//
// Which allowance covers a row: by scope, name, pattern and metric.
#include "profiler/compare/allowances.h"

#include <gtest/gtest.h>

namespace bucketprof::compare {
namespace {

constexpr auto kSpace = static_cast<Metric>(model::kAllocSpace);
constexpr auto kSlack = static_cast<Metric>(model::kAllocSlack);

Allowance for_function(const char* expression, std::optional<Metric> metric = std::nullopt) {
  Allowance allowance;
  allowance.of.function = *Regex::compile(expression);
  allowance.metric = metric;
  return allowance;
}

class AllowancesTest : public testing::Test {
 protected:
  AllowancesTest() {
    change_.table = "users";
    change_.function = "shop::load";
  }
  CheckedRow row(RuleScope scope) const { return {.scope = scope, .change = &change_}; }

  Change change_;
};

TEST_F(AllowancesTest, NamesAreComparedAsStableNames) {
  Selector of;
  EXPECT_TRUE(matches(of, row(RuleScope::kTable)));
  of.name = "v2::users";
  of.stable_name = "users";
  EXPECT_TRUE(matches(of, row(RuleScope::kTable)));
  of.stable_name = "orders";
  EXPECT_FALSE(matches(of, row(RuleScope::kTable)));
}

TEST_F(AllowancesTest, TheFirstOneForTheMetricCovers) {
  const std::vector<Allowance> policy{for_function("save"), for_function("load", kSlack), for_function("load"),
                                      for_function("shop")};
  Allowances allowances(policy);
  const CheckedRow site = row(RuleScope::kSite);
  EXPECT_EQ(allowances.covering(site, kSpace), &policy[2]);
  EXPECT_EQ(allowances.unused(), (std::vector{&policy[0], &policy[1], &policy[3]}));
  EXPECT_EQ(allowances.covering(site, kSlack), &policy[1]);
  EXPECT_EQ(allowances.unused(), (std::vector{&policy[0], &policy[3]}));
}

TEST_F(AllowancesTest, APatternForWhatTheScopeLacksCoversNothing) {
  Allowance for_total;
  for_total.scope = RuleScope::kTotal;
  const std::vector<Allowance> policy{for_function("load"), for_total};
  Allowances allowances(policy);
  const CheckedRow table = row(RuleScope::kTable);
  const CheckedRow total = row(RuleScope::kTotal);
  EXPECT_EQ(allowances.covering(table, kSpace), nullptr);
  EXPECT_EQ(allowances.covering(total, kSpace), &policy[1]);
}

}  // namespace
}  // namespace bucketprof::compare
