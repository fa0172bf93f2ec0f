// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/check/markdown.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/check_result.h"
#include "tests/support/page_checks.h"
#include "tests/support/sanitized.h"

namespace bucketprof::report {
namespace {

using namespace testing_support;
using testing::HasSubstr;
using testing::Not;

TEST(CheckMarkdown, Whole) {
  compare::CheckResult result = result_of({over_budget(), grown(), held(), agreed(), found()});
  result.notes = {"line 7: no table is named x"};
  result.losses = 3;
  EXPECT_EQ(check_markdown(result, check_options()), R"(## Hash table memory of server: failed

**3 of 5 limits are broken, 1 is broken and agreed to, and the profile lacks 3 blocks.**

<code>new.pb.gz</code>, against <code>base.json</code>, the median of 3 runs, by <code>bucketprof.toml</code>. Values are exact: every block was counted; in use: at the peak.
Losses: the profile lacks 3 blocks; max&#95;losses in the policy allows 0.

| | what | value | allowed | where |
|---|---|---|---|---|
| **failed** | <code>total inuse&#95;space</code> | 72.0 MiB, 8.0 MiB too much | at most 64.0 MiB<br><code>bucketprof.toml:3</code> |  |
| **failed** | <code>alloc&#95;space of table users</code> | 60.0 MiB -&#62; 72.0 MiB, +12.0 MiB (+20.0 %) | +2 %, that is at most 61.2 MiB<br><code>bucketprof.toml:12</code> | <code>users.cpp:12 shop::load, +10.0 MiB, +2 rehashes</code><br><code>shop::merge, +2.0 MiB, new</code> |
| **failed** | <code>findings of over&#95;preallocated of table users at shop::load</code> | 0 -&#62; 1, +1 | no growth, that is at most 0<br><code>bucketprof.toml:30</code> | <code>users.cpp:12 shop::load</code><br>reserve(52) here |
| agreed to | <code>rehashes of table orders at shop::add</code>, was <code>shop::insert</code> | 4 -&#62; 6, +2 (+50.0 %) | no growth, that is at most 4<br><code>bucketprof.toml:20</code><br>agreed to until 2027-01-31: the new index | <code>orders.cpp:7 shop::add</code> |

<details>
<summary>1 limit holds</summary>

| what | value | allowed |
|---|---|---|
| <code>alloc&#95;space of table users</code> | 60.0 MiB -&#62; 61.0 MiB, +1.0 MiB (+1.7 %) | +2 %, that is at most 61.2 MiB |

</details>

- line 7: no table is named x
)");
}

TEST(CheckMarkdown, AllHolds) {
  const std::string page = check_markdown(result_of({held()}), check_options());
  EXPECT_THAT(page, HasSubstr("## Hash table memory of server: OK\n\n**1 limit holds.**\n"));
  EXPECT_THAT(page, Not(HasSubstr("| where |")));
}

TEST(CheckMarkdown, SampledValuesHaveTheirErrors) {
  const std::string page = check_markdown(sampled(result_of({grown()})), check_options());
  EXPECT_THAT(page,
              HasSubstr("(+20.0 %)<br>60.0 MiB +- 1.0 MiB before, 72.0 MiB +- 1.5 MiB after: more than sampling"));
  EXPECT_THAT(page, HasSubstr("the mean of 3 runs"));
}

TEST(CheckMarkdown, ACommentHasRoomForIt) {
  compare::CheckResult result = hostile_result();
  for (int i = 0; i < (testing_support::kSanitized ? 200 : 2000); ++i) {
    for (compare::Comparison comparison : {named(std::string(5000, '|'), i), held(), agreed()}) {
      comparison.reason = std::string(5000, '<');
      result.comparisons.push_back(comparison);
    }
    result.notes.push_back(std::string(5000, '*'));
  }
  const std::string page = check_markdown(result, check_options());
  EXPECT_LT(page.size(), 65536U);
  EXPECT_THAT(page, HasSubstr(" more broken limits.\n"));
  EXPECT_THAT(page, HasSubstr(" more limits that hold.\n"));
  EXPECT_THAT(page, HasSubstr(" more notes\n"));
  EXPECT_THAT(page, HasSubstr("</details>\n"));
}

TEST(CheckMarkdown, HostileNamesAreText) {
  CheckOptions options;
  options.policy = options.file = options.baseline = "|`a`<script>\n::error::x";
  for (const compare::Comparison& comparison : hostile_result().comparisons)
    expect_plain_markdown(check_markdown(sampled(result_of({comparison})), options));
  expect_plain_markdown(check_markdown(hostile_result(), options));
}

}  // namespace
}  // namespace bucketprof::report
