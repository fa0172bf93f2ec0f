// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/planted.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "profiler/symbolize/prune.h"
#include "profiler/symbolize/symbolize.h"
#include "tests/support/process.h"
#include "tests/support/profile_file.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::e2e {

analyze::Analysis analysis_of(std::vector<std::string> words, findings::FindingId id, int interval, int seed) {
  const testing_support::TempDir dir;
  const std::string file = dir.path() / "profile.pb.gz";
  words.front() = BUCKETPROF_BINARY_DIR "/programs/" + words.front();
  // At the peak, a table that is emptied later is still full: that finding needs the profile of the exit.
  const char* const at = id == findings::FindingId::kEmptied ? "exit" : "peak";
  const testing_support::Ended ended = testing_support::run(
      {.words = words,
       .settings = {"BUCKETPROF_OUTPUT=" + file, std::string("BUCKETPROF_AT=") + at,
                    "BUCKETPROF_INTERVAL=" + std::to_string(interval), "BUCKETPROF_SEED=" + std::to_string(seed)}});
  EXPECT_EQ(ended.status, 0) << ended.err;
  model::Profile profile = testing_support::read_profile(file);
  symbolize::symbolize(profile);
  return analyze::analyze(symbolize::prune(profile));
}

std::string planted_line(const std::string& name) {
  for (const auto& entry : std::filesystem::directory_iterator(BUCKETPROF_TEST_DATA "/programs/planted")) {
    std::ifstream source(entry.path());
    int number = 1;
    for (std::string line; std::getline(source, line); ++number) {
      if (line.ends_with("// planted: " + name)) return entry.path().filename().string() + ":" + std::to_string(number);
    }
  }
  return "nowhere";
}

std::string line_of(const findings::Finding& finding) {
  return std::filesystem::path(finding.site.file).filename().string() + ":" + std::to_string(finding.site.line);
}

std::int64_t allocated(const analyze::Analysis& analysis) { return analysis.totals.values[model::kAllocSpace]; }
std::int64_t in_use(const analyze::Analysis& analysis) { return analysis.totals.values[model::kInuseSpace]; }

}  // namespace bucketprof::e2e
