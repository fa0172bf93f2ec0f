// SPDX-License-Identifier: Apache-2.0
//
// Faults that programs had (tests/cases), with each family of tables: the first finding names the cause or nothing is
// claimed, healthy twins are silent, advices save what they say, numbers are those of the program.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "profiler/report/format/finding_text.h"
#include "tests/e2e/case_runs.h"
#include "tests/e2e/planted.h"

namespace bucketprof::e2e {
namespace {

using findings::Finding;

constexpr std::uint64_t kMostWrongPercent = 5;  // of the advices of sampled profiles, by more than their error

std::string text_of(const Finding& finding) {
  return std::string(name_of(finding.id)) + ": " + report::sentence_of(finding) + ". " +
         report::advice_of(finding.advice()) + ", at " + line_of(finding);
}

/// Runs `check` for each case. It returns what is wrong, or "".
template <class F>
void expect_each(const std::string& check, F&& wrong_with) {
  for (const CaseOf& which : all_cases()) {
    const std::string wrong = wrong_with(which);
    EXPECT_EQ(wrong, "") << check << ", " << which.name << " " << which.family;
  }
}

TEST(Cases, EachHasItsCause) {
  for (const std::string& name : cases::names()) EXPECT_FALSE(cause_lines(name).empty()) << name;
  EXPECT_GE(cases::names().size(), 30U);
}

TEST(Cases, TheFirstFindingNamesTheCauseOrNothingIsClaimed) {
  expect_each("cause", [](const CaseOf& which) -> std::string {
    const std::vector<Finding> findings = run_case(which, {}).analysis.findings;
    if (findings.empty()) return "";
    // A question may come before the reserve().
    const findings::Advice advice = findings.front().advice();
    const bool asks = advice.only_grows || !advice.unexpected.empty();
    const bool misleads = advice.reserve.has_value() && !asks && !is_helped_by_reserve(which.name);
    if (is_right(which.name) && findings.front().is_note) return "";
    if (is_right(which.name) || misleads || !is_at_cause(findings.front(), which.name))
      return text_of(findings.front());
    return "";
  });
}

TEST(Cases, HealthyTwinsAreSilent) {
  expect_each("healthy", [](const CaseOf& which) -> std::string {
    const CaseRun run = run_case(which, {.healthy = true});
    EXPECT_GT(allocated(run.analysis), 0) << which.name;
    return run.analysis.findings.empty() ? "" : text_of(run.analysis.findings.front());
  });
}

// Each round follows the first advice that is left.
TEST(Cases, AdvicesSaveWhatTheySayAndTheEndIsStable) {
  expect_each("advice", [](const CaseOf& which) -> std::string {
    cases::Run run;
    CaseRun now = run_case(which, run);
    for (int round = 1; round <= 8; ++round) {
      const Finding* first = nullptr;
      std::optional<cases::Run> better;
      for (const Finding& finding : now.analysis.findings) {
        better = followed(finding, which, run);
        first = &finding;
        if (better) break;
        if (finding.reserve) return "the same again: " + text_of(finding);
      }
      if (!better) return "";
      CaseRun next = run_case(which, *better);
      const auto column = first->of_inuse ? in_use : allocated;
      const auto saved = static_cast<double>(column(now.analysis) - column(next.analysis));
      const auto said = static_cast<double>(first->avoidable);
      if (std::abs(saved - said) > 0.1 * said) {
        return text_of(*first) + ": said " + std::to_string(first->avoidable) + ", saved " +
               std::to_string(std::llround(saved)) + ", round " + std::to_string(round);
      }
      run = *better;
      now = std::move(next);
    }
    return "not stable";
  });
}

TEST(Cases, NumbersAreThoseOfTheProgram) {
  expect_each("numbers", [](const CaseOf& which) -> std::string {
    const CaseRun run = run_case(which, {});
    for (const Finding& finding : run.analysis.findings) {
      const std::vector<std::string> wrong = contradictions(finding, run.facts);
      if (!wrong.empty()) return wrong.front();
    }
    return "";
  });
}

TEST(Cases, SampledOnesAreRightWithinTheirError) {
  const std::uint64_t seeds = std::getenv("BUCKETPROF_LONG") != nullptr ? 20 : 2;
  std::uint64_t advices = 0;
  std::uint64_t wrong = 0;
  for (const CaseOf& which : all_cases()) {
    const CaseRun exact = run_case(which, {});
    std::map<std::map<int, std::uint64_t>, std::int64_t> after;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      const CaseRun sampled = run_case(which, {}, {.interval = 16 * 1024, .seed = seed});
      for (const Finding& finding : sampled.analysis.findings) {
        const std::optional<cases::Run> better = followed(finding, which, {});
        if (!better || finding.of_inuse) continue;
        const auto [known, is_new] = after.try_emplace(better->reserve, 0);
        if (is_new) known->second = allocated(run_case(which, *better).analysis);
        ++advices;
        const std::int64_t saved = allocated(exact.analysis) - known->second;
        if (std::abs(saved - finding.avoidable) <= finding.error) continue;
        ++wrong;
        if (std::getenv("BUCKETPROF_SHOWN") != nullptr) {
          std::printf("sampled %s %s: %s: said %ld +- %ld, saved %ld\n", which.name.c_str(), which.family.c_str(),
                      text_of(finding).c_str(), finding.avoidable, finding.error, saved);
        }
      }
    }
  }
  std::printf("%lu of %lu advices of sampled profiles are wrong by more than their error\n", wrong, advices);
  EXPECT_LE(wrong * 100, advices * kMostWrongPercent);
}

}  // namespace
}  // namespace bucketprof::e2e
