// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/check/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "profiler/report/diff/text.h"
#include "profiler/report/format/text_page.h"
#include "tests/support/check_result.h"
#include "tests/support/page_checks.h"

namespace bucketprof::report {
namespace {

using namespace testing_support;
using testing::HasSubstr;
using testing::Not;

TEST(CheckText, AllHolds) {
  EXPECT_EQ(check_text(result_of({held(), held()}), check_options()), R"(OK: 2 limits hold
  profile     new.pb.gz of server
  baseline    base.json, the median of 3 runs
  policy      bucketprof.toml
  values      exact: every block was counted; in use: at the peak
)");
}

TEST(CheckText, WhatIsBrokenWhereAndWhatIsAllowed) {
  compare::CheckResult result = result_of({over_budget(), grown(), held(), agreed(), found()});
  result.notes = {"line 7: no table is named x"};
  result.losses = 3;
  CheckOptions options = check_options();
  options.verbose = true;
  EXPECT_EQ(check_text(result, options),
            R"(FAILED: 3 of 5 limits are broken, 1 is broken and agreed to, and the profile lacks 3 blocks
  profile     new.pb.gz of server
  baseline    base.json, the median of 3 runs
  policy      bucketprof.toml
  values      exact: every block was counted; in use: at the peak

FAILED  each limit that is broken, where, and what it allows

  failed      total inuse_space: 72.0 MiB, 8.0 MiB too much
      allowed at most 64.0 MiB, by the rule for total in bucketprof.toml:3

  failed      alloc_space of table users: 60.0 MiB -> 72.0 MiB, +12.0 MiB (+20.0 %)
      allowed +2 %, that is at most 61.2 MiB, by the rule for table users in bucketprof.toml:12
      at      users.cpp:12 shop::load, +10.0 MiB, +2 rehashes
      at      shop::merge, +2.0 MiB, new

  failed      findings of over_preallocated of table users at shop::load: 0 -> 1, +1
      allowed no growth, that is at most 0, by the rule for each finding in bucketprof.toml:30
      at      users.cpp:12 shop::load
      do      reserve(52) here.

FAILED  the profile lacks 3 blocks; max_losses in the policy allows 0

AGREED TO  broken, and allowed by the policy for a time

  agreed to   rehashes of table orders at shop::add: 4 -> 6, +2 (+50.0 %)
      allowed no growth, that is at most 4, by the rule for each site in bucketprof.toml:20
      was     shop::insert
      at      orders.cpp:7 shop::add
      reason  agreed to until 2027-01-31: the new index

OK  1 limit holds

  holds       alloc_space of table users: 60.0 MiB -> 61.0 MiB, +1.0 MiB (+1.7 %)
      allowed +2 %, that is at most 61.2 MiB, in bucketprof.toml:12

NOTES
  note        line 7: no table is named x
)");
}

TEST(CheckText, SampledValuesHaveTheirErrors) {
  EXPECT_EQ(check_text(sampled(result_of({grown(), held()})), check_options()), R"(FAILED: 1 of 2 limits is broken
  profile     new.pb.gz of server, the mean of 2 runs
  baseline    base.json, the mean of 3 runs
  policy      bucketprof.toml
  values      sampled, one block about every 512.0 KiB: all values are estimates; confidence 99 %; in use: at the peak

FAILED  each limit that is broken, where, and what it allows

  failed      alloc_space of table users: 60.0 MiB -> 72.0 MiB, +12.0 MiB (+20.0 %)
      allowed +2 %, that is at most 61.2 MiB, by the rule for table users in bucketprof.toml:12
      at      users.cpp:12 shop::load, +10.0 MiB, +2 rehashes
      at      shop::merge, +2.0 MiB, new
      sampled 60.0 MiB +- 1.0 MiB before, 72.0 MiB +- 1.5 MiB after: more than sampling explains, at a confidence of 99
              % for all limits together.

OK  1 limit holds; --verbose lists what holds
)");
}

TEST(CheckText, ABudgetNeedsNoBaseline) {
  compare::CheckResult result = result_of({over_budget()});
  result.runs_before = 0;
  result.moment = "now";
  CheckOptions options = check_options();
  options.baseline = "";
  const std::string page = check_text(result, options);
  EXPECT_THAT(page, Not(HasSubstr("baseline")));
  EXPECT_THAT(page, HasSubstr("in use: at the end\n"));
}

TEST(CheckText, LossesFailByThemselves) {
  compare::CheckResult result = result_of({held()});
  result.losses = 3;
  EXPECT_THAT(check_text(result, check_options()), testing::StartsWith("FAILED: the profile lacks 3 blocks\n"));
  EXPECT_THAT(check_text(result, check_options()),
              HasSubstr("\nFAILED  the profile lacks 3 blocks; max_losses in the policy allows 0\n"));
  result.max_losses = 5;
  EXPECT_THAT(check_text(result, check_options()), testing::StartsWith("OK: 1 limit holds\n"));
  EXPECT_THAT(check_text(result, check_options()),
              HasSubstr("\nLOSSES  the profile lacks 3 blocks; max_losses in the policy allows 5\n"));
}

TEST(CheckText, ColourOnlyWhenAskedFor) {
  CheckOptions options = check_options();
  EXPECT_THAT(check_text(result_of({grown()}), options), Not(HasSubstr("\x1b")));
  options.colour = true;
  EXPECT_THAT(check_text(result_of({grown()}), options),
              testing::StartsWith("\x1b[1mFAILED: 1 of 1 limit is broken\x1b[0m\n"));
}

TEST(CheckText, HostileNamesStayOnThePage) {
  compare::CheckResult result = sampled(hostile_result());
  for (const std::string& name : hostile_names()) {
    compare::Comparison comparison = named(name, 99);
    comparison.verdict = compare::Verdict::kOk;
    result.comparisons.push_back(comparison);
  }
  CheckOptions options;
  options.verbose = true;
  options.policy = options.file = options.baseline = std::string(5000, 'x') + "\n::error::x";
  expect_plain_page(check_text(result, options), kWideText);
}

}  // namespace
}  // namespace bucketprof::report
