// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/check/phrases.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/support/check_result.h"

namespace bucketprof::report {
namespace {

using namespace testing_support;
using compare::Comparison;

TEST(CheckPhrases, FilesBelowTheRoot) {
  EXPECT_EQ(below_root("/src/shop/a/b.cpp", "/src/shop"), "a/b.cpp");
  EXPECT_EQ(below_root("/src/shop/a/b.cpp", "/src/shop//"), "a/b.cpp");
  EXPECT_EQ(below_root("/src/shop/./a.cpp", "/src/shop"), "a.cpp");
  EXPECT_EQ(below_root("/src/shopping/a.cpp", "/src/shop"), "/src/shopping/a.cpp");
  EXPECT_EQ(below_root("/src/shop", "/src/shop"), "/src/shop");
  EXPECT_EQ(below_root("/a.cpp", "/"), "a.cpp");
  EXPECT_EQ(below_root("./././a.cpp", ""), "a.cpp");
  EXPECT_EQ(below_root("/usr/a.cpp", ""), "/usr/a.cpp");
  EXPECT_EQ(below_root("", "/src"), "");
}

TEST(CheckPhrases, NeatNamesAreShortAndClean) {
  const std::string long_name = "a\nb" + std::string(100, 'x') + "end";
  const Comparison comparison = sanitized(named(long_name, 1), "", 20);
  for (const std::string& name : {comparison.rule, comparison.table, comparison.kind, comparison.culprits[0].table})
    EXPECT_EQ(name, "a?bxxxxxxxxxxxxxx...");
  for (const std::string& name :
       {comparison.function, comparison.renamed_from, comparison.location.file, comparison.culprits[0].function,
        comparison.culprits[0].location.file, comparison.culprits[0].location.function})
    EXPECT_EQ(name, "...xxxxxxxxxxxxxxend");
  const Comparison whole = sanitized(grown(), "/src/shop", 0);
  EXPECT_EQ(whole.location.file, "users.cpp");
  EXPECT_EQ(whole.culprits[0].location.file, "users.cpp");
  EXPECT_EQ(sanitized(named(long_name, 1), "", 0).table, long_name);
}

TEST(CheckPhrases, Verdicts) {
  EXPECT_EQ(verdict_sentence(result_of({})), "no limit applies to anything in the profile");
  EXPECT_EQ(verdict_sentence(result_of({held()})), "1 limit holds");
  EXPECT_EQ(verdict_sentence(result_of({held(), held()})), "2 limits hold");
  EXPECT_EQ(verdict_sentence(result_of({held(), agreed()})), "1 of 2 limits holds, 1 is broken and agreed to");
  EXPECT_EQ(verdict_sentence(result_of({held(), grown()})), "1 of 2 limits is broken");
  EXPECT_EQ(verdict_sentence(result_of({grown(), grown(), agreed(), agreed(), held()})),
            "2 of 5 limits are broken, 2 are broken and agreed to");
  compare::CheckResult lossy = result_of({held()});
  lossy.losses = 1;
  EXPECT_EQ(verdict_sentence(lossy), "the profile lacks 1 block");
  EXPECT_EQ(losses_sentence(lossy), "the profile lacks 1 block; max_losses in the policy allows 0");
  lossy.comparisons = {grown()};
  lossy.losses = 1234;
  EXPECT_EQ(verdict_sentence(lossy), "1 of 1 limit is broken, and the profile lacks 1,234 blocks");
  lossy.max_losses = 1234;
  EXPECT_EQ(verdict_sentence(lossy), "1 of 1 limit is broken");
  EXPECT_EQ(losses_sentence(result_of({})), "");
}

TEST(CheckPhrases, HowItWasMeasured) {
  compare::CheckResult result = result_of({});
  EXPECT_EQ(counting_sentence(result), "exact: every block was counted");
  EXPECT_EQ(counting_sentence(sampled(result)),
            "sampled, one block about every 512.0 KiB: all values are estimates; confidence 99 %");
  EXPECT_EQ(moment_phrase(result), "at the peak");
  result.moment = "now";
  EXPECT_EQ(moment_phrase(result), "at the end");
  result.moment = "several";
  EXPECT_EQ(moment_phrase(result), "at the moments of the merged profiles");
  result.moment = "";
  EXPECT_EQ(moment_phrase(result), "at the moment of the profile");
  EXPECT_EQ(runs_phrase(1, 1), "");
  EXPECT_EQ(runs_phrase(3, 1), ", the median of 3 runs");
  EXPECT_EQ(runs_phrase(3, 4096), ", the mean of 3 runs");
}

TEST(CheckPhrases, Growth) {
  Comparison comparison = grown();
  EXPECT_EQ(comparison_sentence(comparison),
            "alloc_space of table users grew by 12.0 MiB (+20.0 %) to 72.0 MiB; allowed: +2 %");
  EXPECT_EQ(values_phrase(comparison), "60.0 MiB -> 72.0 MiB, +12.0 MiB (+20.0 %)");
  EXPECT_EQ(allowed_phrase(comparison), "+2 %, that is at most 61.2 MiB");
  comparison.waived = kMiB;
  EXPECT_EQ(allowed_phrase(comparison), "+2 % and 1.0 MiB agreed to for parts of it");
  comparison.waived = 0;
  comparison.allowed_text = "65536";
  EXPECT_EQ(allowed_phrase(comparison), "+65536 bytes, that is at most 61.2 MiB");
  comparison.limit = comparison.after - 1;
  EXPECT_EQ(allowed_phrase(comparison), "+65536 bytes, that is at most 72.0 MiB (75,497,471 bytes)");
  comparison.allowed_text = "0 %";
  comparison.after = comparison.before;
  EXPECT_EQ(comparison_sentence(comparison), "alloc_space of table users stayed at 60.0 MiB; allowed: no growth");
  comparison.after = 30 * kMiB;
  EXPECT_EQ(comparison_sentence(comparison),
            "alloc_space of table users shrank by 30.0 MiB (-50.0 %) to 30.0 MiB; allowed: no growth");
  comparison.before = 0;
  comparison.is_new = true;
  EXPECT_EQ(comparison_sentence(comparison), "alloc_space of table users is 30.0 MiB, and new; allowed: no growth");
  EXPECT_EQ(values_phrase(comparison), "new -> 30.0 MiB, +30.0 MiB");
  comparison.before = std::numeric_limits<std::int64_t>::max();
  comparison.after = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(values_phrase(comparison), "new -> -8.0 EiB, -8.0 EiB (-200.0 %)");
}

TEST(CheckPhrases, Budgets) {
  Comparison comparison = over_budget();
  EXPECT_EQ(comparison_sentence(comparison), "total inuse_space is 72.0 MiB; allowed: at most 64.0 MiB");
  EXPECT_EQ(values_phrase(comparison), "72.0 MiB, 8.0 MiB too much");
  comparison.after = comparison.limit + 1;
  EXPECT_EQ(comparison_sentence(comparison),
            "total inuse_space is 64.0 MiB (67,108,865 bytes); allowed: at most 64.0 MiB (67,108,864 bytes)");
  EXPECT_EQ(values_phrase(comparison), "64.0 MiB (67,108,865 bytes), 1 B too much");
  comparison.after = comparison.limit;
  EXPECT_EQ(values_phrase(comparison), "64.0 MiB");
}

TEST(CheckPhrases, Subjects) {
  EXPECT_EQ(subject_of(agreed()), "rehashes of table orders at shop::add");
  EXPECT_EQ(comparison_sentence(agreed()),
            "rehashes of table orders at shop::add grew by 2 (+50.0 %) to 6; allowed: no growth");
  EXPECT_EQ(subject_of(found()), "findings of over_preallocated of table users at shop::load");
  Comparison comparison = found();
  comparison.metric = compare::kAvoidable;
  EXPECT_EQ(subject_of(comparison), "avoidable bytes of over_preallocated of table users at shop::load");
  EXPECT_EQ(waived_phrase(agreed()), "agreed to until 2027-01-31: the new index");
}

TEST(CheckPhrases, Sampling) {
  EXPECT_EQ(sampling_sentence(grown(), 0.99), "");
  const compare::CheckResult result = sampled(result_of({grown(), over_budget()}));
  EXPECT_EQ(
      sampling_sentence(result.comparisons[0], 0.99),
      "60.0 MiB +- 1.0 MiB before, 72.0 MiB +- 1.5 MiB after: more than sampling explains, at a confidence of 99 % "
      "for all limits together");
  EXPECT_EQ(sampling_sentence(result.comparisons[1], 0.999),
            "72.0 MiB +- 1.5 MiB: above the limit by more than sampling explains, at a confidence of 99.9 % for all "
            "limits together");
}

TEST(CheckPhrases, Places) {
  const Comparison comparison = grown();
  EXPECT_EQ(culprit_phrase(comparison.culprits[0], comparison),
            "/src/shop/users.cpp:12 shop::load, +10.0 MiB, +2 rehashes");
  EXPECT_EQ(culprit_phrase(comparison.culprits[1], comparison), "shop::merge, +2.0 MiB, new");
  EXPECT_EQ(culprit_phrase(comparison.culprits[0], over_budget()),
            "/src/shop/users.cpp:12 shop::load of table users, 10.0 MiB, +2 rehashes");
  compare::Culprit culprit = comparison.culprits[0];
  culprit.growth = culprit.rehashes = 1;
  EXPECT_EQ(culprit_phrase(culprit, agreed()), "/src/shop/users.cpp:12 shop::load, +1");
  EXPECT_EQ(culprit_phrase(culprit, comparison), "/src/shop/users.cpp:12 shop::load, +1 B, +1 rehash");
  EXPECT_EQ(place_phrase(found()), "/src/shop/users.cpp:12 shop::load");
  EXPECT_EQ(place_phrase(comparison), "/src/shop/./users.cpp:12");
  EXPECT_EQ(place_phrase(over_budget()), "");
}

}  // namespace
}  // namespace bucketprof::report
