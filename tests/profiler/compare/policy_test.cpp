// SPDX-License-Identifier: Apache-2.0
//
// Valid policies, and each kind of error in a policy, which is reported with its line and key.
#include "profiler/compare/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/sanitized.h"

namespace bucketprof::compare {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kToday = "2026-11-21";

Policy good_policy(std::string_view text) {
  auto policy = parse_policy(text, kToday);
  EXPECT_TRUE(policy.ok()) << policy.error();
  return policy.ok() ? std::move(policy).value() : Policy();
}

constexpr std::string_view kEverything = R"(
confidence = "95 %"
min_bytes = "64 KiB"
min_count = 3
max_losses = 2

[total]
alloc_space = { growth = "2.5 %" }
inuse_space = { max = "1 GiB", growth = "1 MiB", min = 100 }
rehashes = { growth = 0 }

[[table]]
name = "users"
alloc_objects = { max = 10 }

[[table]]
table = "^cache"
inuse_slack = { max = 0 }

[[site]]
table = "users"
function = "^shop::load"
alloc_space = { growth = "10%" }

[[finding]]
id = "over_preallocated"
avoidable = { max = "1 MiB" }
findings = { growth = 1 }

[[allow]]
name = "users"
metric = "alloc_space"
reason = "the new index"
expires = 2026-11-21
)";

TEST(Policy, EverythingThatCanBeSaid) {
  const Policy policy = good_policy(kEverything);
  EXPECT_DOUBLE_EQ(policy.confidence, 0.95);
  EXPECT_EQ(policy.min_bytes, 65536);
  EXPECT_EQ(policy.min_count, 3);
  EXPECT_EQ(policy.max_losses, 2);
  ASSERT_EQ(policy.rules.size(), 5U);
  const Rule& total = policy.rules[0];
  EXPECT_EQ(total.scope, RuleScope::kTotal);
  EXPECT_EQ(total.of.text, "total");
  EXPECT_EQ(total.line, 7);
  ASSERT_EQ(total.limits.size(), 3U);
  EXPECT_EQ(total.limits[0].metric, static_cast<Metric>(model::kAllocSpace));
  EXPECT_EQ(total.limits[0].line, 8);
  EXPECT_DOUBLE_EQ(total.limits[0].growth->share, 0.025);
  EXPECT_EQ(total.limits[0].growth->text, "2.5 %");
  EXPECT_FALSE(total.limits[0].max);
  EXPECT_EQ(total.limits[1].max, std::int64_t{1} << 30);
  EXPECT_EQ(total.limits[1].growth->amount, 1 << 20);
  EXPECT_EQ(total.limits[1].min, 100);
  EXPECT_EQ(total.limits[2].growth->amount, 0);
  EXPECT_EQ(policy.rules[1].of.name, "users");
  EXPECT_EQ(policy.rules[1].of.text, "table users");
  EXPECT_TRUE(policy.rules[2].of.table.matches("cache_of_users"));
  EXPECT_FALSE(policy.rules[2].of.table.matches("users"));
  EXPECT_EQ(policy.rules[2].of.text, "each table of tables matching ^cache");
  EXPECT_EQ(policy.rules[3].scope, RuleScope::kSite);
  EXPECT_TRUE(policy.rules[3].of.function.matches("shop::load_users"));
  EXPECT_EQ(policy.rules[4].of.finding, "over_preallocated");
  EXPECT_EQ(policy.rules[4].limits[0].metric, kAvoidable);
  ASSERT_EQ(policy.allowances.size(), 1U);
  EXPECT_EQ(policy.allowances[0].reason, "the new index");
  EXPECT_EQ(policy.allowances[0].expires, "2026-11-21");
  EXPECT_EQ(policy.allowances[0].metric, static_cast<Metric>(model::kAllocSpace));
  EXPECT_TRUE(policy.wants_baseline());
  EXPECT_TRUE(policy.wants_findings());
}

TEST(Policy, BudgetsAloneWantNoBaseline) {
  const Policy policy = good_policy("[total]\nalloc_space = { max = 10 }\n");
  EXPECT_FALSE(policy.wants_baseline());
  EXPECT_FALSE(policy.wants_findings());
  EXPECT_DOUBLE_EQ(policy.confidence, 0.99);
}

TEST(Policy, OneTableOfARuleNeedsNoList) {
  EXPECT_EQ(good_policy("[table]\nalloc_space = { max = 10 }\n").rules[0].of.text, "each table");
  EXPECT_EQ(good_policy("table = [{ alloc_space = { max = 10 } }]\n").rules.size(), 1U);
}

TEST(Policy, RulesStandInTheFilesOrder) {
  const Policy policy = good_policy(
      "[[table]]\nname = 'z'\nrehashes = { max = 1 }\n[total]\nrehashes = { max = 1 }\n[[table]]\nname = 'a'\nrehashes "
      "= { max = 1 }\n");
  ASSERT_EQ(policy.rules.size(), 3U);
  EXPECT_EQ(policy.rules[0].of.name, "z");
  EXPECT_EQ(policy.rules[1].scope, RuleScope::kTotal);
  EXPECT_EQ(policy.rules[2].of.name, "a");
}

struct Wrong {
  const char* text;
  const char* line;
  const char* says;
};

TEST(Policy, WhatIsWrongIsSaidWithItsLineAndKey) {
  const std::string rule = "[total]\nalloc_space = { max = 10 }\n";
  const Wrong cases[] = {
      {"", "line 1: ", "no rule"},
      {"# nothing\n", "line 1: ", "no rule"},
      {"confidence = 0.9\n", "line 1: ", "no rule"},
      {"[total]\n", "line 1: ", "total: no limit"},
      {"\n\n[total]\nalloc_spaces = { max = 1 }\n", "line 4: ", "total.alloc_spaces: unknown key"},
      {"[total]\nalloc_space = { maximum = 1 }\n", "line 2: ", "total.alloc_space.maximum: unknown key"},
      {"[totals]\nalloc_space = { max = 1 }\n", "line 1: ", "totals: unknown key"},
      {"[total]\nname = 'x'\nalloc_space = { max = 1 }\n", "line 2: ", "total.name: unknown key"},
      {"[total]\nalloc_space = '10 %'\n", "line 2: ", "total.alloc_space: '10 %' is no limit"},
      {"[total]\nalloc_space = {}\n", "line 2: ", "total.alloc_space: no limit"},
      {"[total]\nalloc_space = { max = '5 parsecs' }\n",
       "line 2: ", "total.alloc_space.max: '5 parsecs' is not a number of bytes"},
      {"[total]\nalloc_space = { max = -1 }\n", "line 2: ", "total.alloc_space.max: -1 is below 0"},
      {"[total]\nalloc_space = { max = 1.5 }\n", "line 2: ", "total.alloc_space.max: 1.5 is not a number of bytes"},
      {"[total]\nalloc_space = { max = '3 %' }\n", "line 2: ", "total.alloc_space.max: '3 %' is not a number of bytes"},
      {"[total]\nrehashes = { max = '5 KiB' }\n", "line 2: ", "total.rehashes.max: '5 KiB' is not a count"},
      {"[total]\nrehashes = { growth = '5 KiB' }\n", "line 2: ", "total.rehashes.growth: '5 KiB' is no growth"},
      {"[total]\nrehashes = { growth = 'x %' }\n", "line 2: ", "total.rehashes.growth: 'x %' is no percentage"},
      {"[total]\nrehashes = { growth = '-3 %' }\n", "line 2: ", "total.rehashes.growth: '-3 %' is no percentage"},
      {"[total]\navoidable = { max = 1 }\n", "line 2: ", "total.avoidable: unknown key"},
      {"[[finding]]\nalloc_space = { max = 1 }\n", "line 2: ", "finding.alloc_space: unknown key"},
      {"[[finding]]\nid = 'over_reserved'\navoidable = { max = 1 }\n",
       "line 2: ", "finding.id: no finding 'over_reserved': it can be over_preallocated"},
      {"[[table]]\ntable = '(('\nalloc_space = { max = 1 }\n", "line 2: ", "table.table: bad regular expression '(('"},
      {"[[site]]\nfunction = ''\nalloc_space = { max = 1 }\n", "line 2: ", "site.function: '' is not a text"},
      {"[[site]]\nfunction = 5\nalloc_space = { max = 1 }\n", "line 2: ", "site.function: 5 is not a text"},
      {"[[table]]\nfunction = 'x'\nalloc_space = { max = 1 }\n", "line 2: ", "table.function: unknown key"},
      {"total = 5\n", "line 1: ", "total: 5 is no rule"},
      {"confidence = 1.5\n[total]\nrehashes = { max = 1 }\n", "line 1: ", "confidence: 1.5 is no confidence"},
      {"confidence = '100 %'\n[total]\nrehashes = { max = 1 }\n", "line 1: ", "confidence: '100 %' is no confidence"},
      {"confidence = nan\n[total]\nrehashes = { max = 1 }\n", "line 1: ", "confidence: nan is no confidence"},
      {"min_bytes = 'x'\n[total]\nrehashes = { max = 1 }\n", "line 1: ", "min_bytes: 'x' is not a number of bytes"},
      {"[[allow]]\nname = 'x'\nexpires = 2026-12-01\n[total]\nrehashes = { max = 1 }\n",
       "line 1: ", "allow.reason: missing"},
      {"[[allow]]\nname = 'x'\nreason = 'y'\n[total]\nrehashes = { max = 1 }\n", "line 1: ", "allow.expires: missing"},
      {"[[allow]]\nexpires = 2026-12-01\nreason = 'y'\n[total]\nrehashes = { max = 1 }\n",
       "line 1: ", "allow: it does not say what is allowed"},
      {"[[allow]]\nname = 'x'\nreason = 'y'\nexpires = 2026-11-20\n[total]\nrehashes = { max = 1 }\n",
       "line 4: ", "allow.expires: this allowance ended on 2026-11-20"},
      {"[[allow]]\nname = 'x'\nreason = 'y'\nexpires = 'soon'\n[total]\nrehashes = { max = 1 }\n",
       "line 4: ", "allow.expires: 'soon' is not a date"},
      {"[[allow]]\nscope = 'tables'\nreason = 'y'\nexpires = 2026-12-01\n[total]\nrehashes = { max = 1 }\n",
       "line 2: ", "allow.scope: no scope 'tables'"},
      {"[[allow]]\nname = 'x'\nmetric = 'bytes'\nreason = 'y'\nexpires = 2026-12-01\n[total]\nrehashes = { max = 1 }\n",
       "line 3: ", "allow.metric: no metric 'bytes'"},
      {"[total\n", "line 1: ", ""},
      {"[total]\nalloc_space = { max = 1 }\n[total]\n", "line 3: ", ""},
      {"\x89PNG\r\n\x1a\n", "line 1: ", ""},
  };
  for (const Wrong& wrong : cases) {
    const auto policy = parse_policy(wrong.text, kToday);
    ASSERT_FALSE(policy.ok()) << wrong.text;
    EXPECT_THAT(policy.error(), StartsWith(wrong.line)) << wrong.text;
    EXPECT_THAT(policy.error(), HasSubstr(wrong.says)) << wrong.text;
    EXPECT_EQ(policy.error().find('\n'), std::string::npos) << wrong.text;
  }
  EXPECT_TRUE(parse_policy(rule, kToday).ok());
}

TEST(Policy, AnAllowanceHoldsOnItsLastDay) {
  const std::string text =
      "[total]\nrehashes = { max = 1 }\n[[allow]]\nscope = 'total'\nreason = 'y'\nexpires = 2026-12-31\n";
  EXPECT_TRUE(parse_policy(text, "2026-12-31").ok());
  EXPECT_FALSE(parse_policy(text, "2027-01-01").ok());
}

TEST(Policy, NoCutAndNoFlippedByteDoesHarm) {
  for (std::size_t i = 0; i < kEverything.size(); ++i) {
    static_cast<void>(parse_policy(kEverything.substr(0, i), kToday));
    const std::vector<int> bits =
        testing_support::kSanitized ? std::vector<int>{static_cast<int>(i % 8)} : std::vector<int>{0, 3, 5, 7};
    for (const int bit : bits) {
      std::string flipped(kEverything);
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
      const auto policy = parse_policy(flipped, kToday);
      if (!policy.ok()) {
        EXPECT_EQ(policy.error().find('\n'), std::string::npos) << policy.error();
        EXPECT_THAT(policy.error(), StartsWith("line "));
      }
    }
  }
}

TEST(Policy, NamesOfScopes) {
  EXPECT_EQ(name_of(RuleScope::kTotal), "total");
  EXPECT_EQ(name_of(RuleScope::kFinding), "finding");
}

}  // namespace
}  // namespace bucketprof::compare
