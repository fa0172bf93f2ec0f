// SPDX-License-Identifier: Apache-2.0
//
// Programs with one planted mistake each (tests/programs/planted): the mistake is the first finding, at the planted
// line; the healthy twin has no findings; and following the advice saves as many bytes as the finding predicts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/analyze/analysis.h"
#include "profiler/report/format/finding_text.h"
#include "tests/e2e/planted.h"

namespace bucketprof::e2e {
namespace {

using analyze::Analysis;
using findings::Finding;
using findings::FindingId;

const std::vector<Mistake> kMistakes{{"over_preallocated", FindingId::kOverPreallocated},
                                     {"never_used", FindingId::kNeverUsed},
                                     {"temporary", FindingId::kOverPreallocated},
                                     {"templated", FindingId::kOverPreallocated},
                                     {"in_library", FindingId::kOverPreallocated},
                                     {"grown_in_steps", FindingId::kGrownInSteps},
                                     {"reserved_too_little", FindingId::kGrownInSteps},
                                     {"emptied", FindingId::kEmptied},
                                     {"overflow_heavy", FindingId::kOverflowHeavy},
                                     {"same_size_growth", FindingId::kSameSizeGrowth},
                                     {"many_tiny", FindingId::kManyTinyTables}};

/// Whether the advice for this finding is an argument for reserve().
bool is_advised_by_reserve(FindingId id) {
  return id != FindingId::kEmptied && id != FindingId::kOverflowHeavy && id != FindingId::kManyTinyTables;
}

Analysis profiled(const Mistake& mistake, std::vector<std::string> arguments, int interval = 1, int seed = 1) {
  arguments.insert(arguments.begin(), {"planted", mistake.name});
  return analysis_of(arguments, mistake.id, interval, seed);
}

TEST(Findings, EachMistakeIsFoundAtItsLine) {
  for (const Mistake& mistake : kMistakes) {
    SCOPED_TRACE(mistake.name);
    const Analysis analysis = profiled(mistake, {});
    ASSERT_FALSE(analysis.findings.empty());
    const Finding& finding = analysis.findings.front();
    EXPECT_EQ(name_of(finding.id), name_of(mistake.id));
    EXPECT_EQ(line_of(finding), planted_line(mistake.name));
    EXPECT_EQ(analysis.findings.size(), 1U);
    EXPECT_EQ(finding.confidence, findings::Confidence::kExact);
  }
}

TEST(Findings, HealthyTwinsHaveNone) {
  for (const Mistake& mistake : kMistakes) {
    const Analysis analysis = profiled(mistake, {"healthy"});
    EXPECT_TRUE(analysis.findings.empty()) << mistake.name << ": " << report::sentence_of(analysis.findings.front());
    EXPECT_GT(allocated(analysis), 0) << mistake.name;
  }
}

TEST(Findings, FollowingTheAdviceSavesTheAvoidableBytes) {
  for (const Mistake& mistake : kMistakes) {
    if (!is_advised_by_reserve(mistake.id)) continue;
    SCOPED_TRACE(mistake.name);
    const Analysis before = profiled(mistake, {});
    ASSERT_FALSE(before.findings.empty());
    const Finding& finding = before.findings.front();
    const Analysis after = profiled(mistake, {"wrong", std::to_string(finding.reserve.value_or(0))});
    const double saved = static_cast<double>(allocated(before) - allocated(after));
    const double predicted = static_cast<double>(finding.avoidable);
    EXPECT_NEAR(saved, predicted, 0.05 * predicted);
    std::printf("%-20s predicted %11.0f saved %11.0f (%+.2f %%)\n", mistake.name.c_str(), predicted, saved,
                100 * (saved / predicted - 1));
    EXPECT_TRUE(after.findings.empty()) << report::sentence_of(after.findings.front());
  }
}

// The advice for `emptied` is not an argument for reserve(), but the program can follow it too.
TEST(Findings, MovingWhatIsLeftSavesTheArrayThatWasKept) {
  const Mistake mistake{"emptied", FindingId::kEmptied};
  const Analysis before = profiled(mistake, {});
  const Analysis after = profiled(mistake, {"wrong", "1"});
  ASSERT_FALSE(before.findings.empty());
  const auto inuse = [](const Analysis& analysis) { return analysis.totals.values[model::kInuseSpace]; };
  const double predicted = static_cast<double>(before.findings.front().avoidable);
  EXPECT_NEAR(static_cast<double>(inuse(before) - inuse(after)), predicted, 0.05 * predicted);
  EXPECT_TRUE(after.findings.empty());
}

// A finding of a sampled profile has an error bound, which holds in 95 of 100 profiles.
TEST(Findings, SampledOnesAreRightWithinTheirError) {
  const int runs = std::getenv("BUCKETPROF_LONG") != nullptr ? 100 : 10;
  constexpr int kInterval = 64 * 1024;
  for (const char* const name : {"never_used", "temporary", "grown_in_steps", "reserved_too_little"}) {
    const auto known = std::find_if(kMistakes.begin(), kMistakes.end(),
                                    [name](const Mistake& mistake) { return mistake.name == name; });
    const std::int64_t before = allocated(profiled(*known, {}));
    std::map<std::uint64_t, std::int64_t> after;  // by the advised argument
    int right = 0;
    int found = 0;
    for (int seed = 1; seed <= runs; ++seed) {
      const Analysis sampled = profiled(*known, {}, kInterval, seed);
      if (sampled.findings.empty() || sampled.findings.front().id != known->id) continue;
      const Finding& finding = sampled.findings.front();
      ++found;
      EXPECT_NE(finding.confidence, findings::Confidence::kExact);
      // reserved_too_little: if the first array (20 KB) was not sampled, only the line that makes it grow is known.
      if (*name != 'r') {
        EXPECT_EQ(line_of(finding), planted_line(name));
      }
      const std::uint64_t reserve = finding.reserve.value_or(0);
      if (!after.contains(reserve)) after[reserve] = allocated(profiled(*known, {"wrong", std::to_string(reserve)}));
      const std::int64_t saved = before - after[reserve];
      if (std::abs(saved - finding.avoidable) <= finding.error) ++right;
    }
    std::printf("%-20s found in %d of %d, right in %d\n", name, found, runs, right);
    EXPECT_EQ(found, runs) << name;
    // If exactly 95 % of the findings were right, about one test in 1,000 would see fewer than this.
    EXPECT_GE(right, runs == 100 ? 88 : 7) << name;
  }
}

}  // namespace
}  // namespace bucketprof::e2e
