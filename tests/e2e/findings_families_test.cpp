// SPDX-License-Identifier: Apache-2.0
//
// The planted mistakes made with containers of other families than the bundled map's: they are found at the planted
// line, the healthy twins have no findings, and following the advice saves as many bytes as the finding predicts.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "profiler/analyze/analysis.h"
#include "profiler/report/format/finding_text.h"
#include "tests/e2e/planted.h"

namespace bucketprof::e2e {
namespace {

using analyze::Analysis;
using findings::Finding;
using findings::FindingId;

const std::vector<Mistake> kReserves{{"over_preallocated", FindingId::kOverPreallocated},
                                     {"never_used", FindingId::kNeverUsed},
                                     {"temporary", FindingId::kOverPreallocated},
                                     {"grown_in_steps", FindingId::kGrownInSteps},
                                     {"reserved_too_little", FindingId::kGrownInSteps}};
const Mistake kEmptied{"emptied", FindingId::kEmptied};
const Mistake kManyTiny{"many_tiny", FindingId::kManyTinyTables};

class FamilyFindings : public ::testing::TestWithParam<const char*> {
 protected:
  static Analysis profiled(const Mistake& mistake, const std::string& how, const std::string& reserve = "") {
    std::vector<std::string> words{"planted_families", GetParam(), mistake.name, how};
    if (!reserve.empty()) words.push_back(reserve);
    return analysis_of(words, mistake.id);
  }

  /// Whether a profile of this family has what the finding needs. Entries of tsl's tables are not counted, so only
  /// growth in steps is found.
  static bool tells(const Mistake& mistake) {
    return !std::string(GetParam()).starts_with("tsl_") || mistake.id == FindingId::kGrownInSteps;
  }

  static void expect_found(const Mistake& mistake, const Analysis& analysis) {
    ASSERT_FALSE(analysis.findings.empty());
    const Finding& finding = analysis.findings.front();
    EXPECT_EQ(name_of(finding.id), name_of(mistake.id));
    EXPECT_EQ(finding.kind, GetParam());
    EXPECT_EQ(line_of(finding), planted_line("family_" + mistake.name));
    EXPECT_EQ(analysis.findings.size(), 1U);
  }

  static void expect_saved(const Mistake& mistake, std::int64_t saved, std::int64_t predicted) {
    std::printf("%-14s %-20s predicted %11ld saved %11ld\n", GetParam(), mistake.name.c_str(), predicted, saved);
    EXPECT_NEAR(static_cast<double>(saved), static_cast<double>(predicted), 0.05 * static_cast<double>(predicted));
  }
};

TEST_P(FamilyFindings, FollowingTheAdviceSavesTheAvoidableBytes) {
  for (const Mistake& mistake : kReserves) {
    SCOPED_TRACE(mistake.name);
    const Analysis before = profiled(mistake, "wrong");
    if (!tells(mistake)) {
      EXPECT_TRUE(before.findings.empty());
      continue;
    }
    ASSERT_NO_FATAL_FAILURE(expect_found(mistake, before));
    const Finding& finding = before.findings.front();
    const Analysis after = profiled(mistake, "wrong", std::to_string(finding.reserve.value_or(0)));
    expect_saved(mistake, allocated(before) - allocated(after), finding.avoidable);
    EXPECT_TRUE(after.findings.empty()) << report::sentence_of(after.findings.front());
  }
}

TEST_P(FamilyFindings, MovingWhatIsLeftSavesTheArrayThatWasKept) {
  const Analysis before = profiled(kEmptied, "wrong");
  if (!tells(kEmptied)) {
    EXPECT_TRUE(before.findings.empty());
    return;
  }
  ASSERT_NO_FATAL_FAILURE(expect_found(kEmptied, before));
  const Analysis after = profiled(kEmptied, "wrong", "1");
  expect_saved(kEmptied, in_use(before) - in_use(after), before.findings.front().avoidable);
  EXPECT_TRUE(after.findings.empty());
}

TEST_P(FamilyFindings, ManyTinyTablesAreFound) {
  const Analysis analysis = profiled(kManyTiny, "wrong");
  if (!tells(kManyTiny)) {
    EXPECT_TRUE(analysis.findings.empty());
    return;
  }
  expect_found(kManyTiny, analysis);
}

TEST_P(FamilyFindings, HealthyTwinsHaveNone) {
  std::vector<Mistake> mistakes = kReserves;
  mistakes.insert(mistakes.end(), {kEmptied, kManyTiny});
  for (const Mistake& mistake : mistakes) {
    const Analysis analysis = profiled(mistake, "healthy");
    EXPECT_TRUE(analysis.findings.empty()) << mistake.name << ": " << report::sentence_of(analysis.findings.front());
    EXPECT_GT(allocated(analysis), 0) << mistake.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, FamilyFindings,
                         ::testing::Values("std_node", "absl_flat", "absl_node", "boost_flat", "boost_node",
                                           "tsl_hopscotch", "tsl_robin"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace bucketprof::e2e
