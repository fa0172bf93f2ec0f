// SPDX-License-Identifier: Apache-2.0
//
// The cases (tests/cases) with plain tables under the agent, which knows less of them: what it claims is at the cause,
// and of the healthy twins it claims nothing.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "profiler/report/format/finding_text.h"
#include "profiler/symbolize/prune.h"
#include "profiler/symbolize/symbolize.h"
#include "tests/e2e/case_runs.h"
#include "tests/e2e/planted.h"
#include "tests/support/agent.h"
#include "tests/support/process.h"
#include "tests/support/profile_file.h"

namespace bucketprof::e2e {
namespace {

std::vector<findings::Finding> findings_of_plain(const std::string& name, const char* how) {
  const testing_support::TempDir dir;
  const std::string file = dir.path() / "profile.pb.gz";
  std::vector<std::string> settings = testing_support::under_agent(file);
  settings.emplace_back("BUCKETPROF_INTERVAL=1");
  const testing_support::Ended ended = testing_support::run(
      {.words = {BUCKETPROF_BINARY_DIR "/programs/cases_plain", name, "std", how}, .settings = settings});
  EXPECT_EQ(ended.status, 0) << name << ": " << ended.err;
  model::Profile profile = testing_support::read_profile(file);
  symbolize::symbolize(profile);
  analyze::Analysis analysis = analyze::analyze(symbolize::prune(std::move(profile)));
  EXPECT_GT(allocated(analysis), 0) << name;
  return std::move(analysis.findings);
}

TEST(PlainCases, WhatIsClaimedIsTheCause) {
  for (const CaseOf& which : all_cases()) {
    if (which.family != "std") continue;
    const std::vector<findings::Finding> found = findings_of_plain(which.name, "fault");
    if (found.empty()) continue;
    EXPECT_TRUE(is_at_cause(found.front(), which.name) && !is_right(which.name))
        << which.name << ": " << report::sentence_of(found.front()) << " at " << line_of(found.front());
  }
}

TEST(PlainCases, HealthyTwinsAreSilent) {
  for (const CaseOf& which : all_cases()) {
    if (which.family != "std") continue;
    for (const findings::Finding& finding : findings_of_plain(which.name, "healthy")) {
      ADD_FAILURE() << which.name << ": " << report::sentence_of(finding);
    }
  }
}

}  // namespace
}  // namespace bucketprof::e2e
