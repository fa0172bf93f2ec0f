// SPDX-License-Identifier: Apache-2.0
//
// Reports distinguish tables of a single bucket, preallocated ones and ones that grew under load. The boundary is that
// of Go's own runtime (tests/hashmap/go_vectors/a_hint.csv): hints of 0 to 8 give a single bucket, larger ones an
// array.
#include <gtest/gtest.h>

#include <bit>
#include <map>
#include <string>
#include <vector>

#include "hashmap/sizes.h"
#include "profiler/analyze/analysis.h"
#include "profiler/report/text.h"
#include "profiler/symbolize/prune.h"
#include "profiler/symbolize/symbolize.h"
#include "tests/hashmap/go_support.h"
#include "tests/support/process.h"
#include "tests/support/profile_file.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::e2e {
namespace {

using analyze::Analysis;
using analyze::Pattern;
using analyze::Table;

Analysis profiled(const std::vector<std::uint64_t>& hints) {
  const testing_support::TempDir dir;
  const std::string file = dir.path() / "profile.pb.gz";
  std::vector<std::string> words{BUCKETPROF_BINARY_DIR "/programs/program_patterns"};
  for (const std::uint64_t hint : hints) words.push_back(std::to_string(hint));
  EXPECT_EQ(testing_support::run({.words = words, .settings = {"BUCKETPROF_OUTPUT=" + file}}).status, 0);
  model::Profile profile = testing_support::read_profile(file);
  symbolize::symbolize(profile);
  return analyze::analyze(symbolize::prune(profile));
}

std::map<std::string, Table> by_name(const Analysis& analysis) {
  std::map<std::string, Table> tables;
  for (const Table& table : analysis.tables) tables[table.name] = table;
  return tables;
}

TEST(Patterns, ThreeWaysOfComingByArrays) {
  const hashmap::Csv csv("a_hint.csv");
  std::vector<std::uint64_t> hints;
  std::map<std::uint64_t, std::uint64_t> buckets;  // by hint, in Go's runtime
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    if (csv.text(row, "type") != "map[int64]int64") continue;
    for (const char* const column : {"hint_lo", "hint_hi"}) {
      const std::uint64_t hint = csv.number(row, column);
      if (hint > 100'000) continue;
      if (buckets.emplace(hint, csv.number(row, "alloc_buckets")).second) hints.push_back(hint);
    }
  }
  for (std::uint64_t hint = 1; hint < 8; ++hint) hints.push_back(hint);
  ASSERT_GT(hints.size(), 20U);
  std::map<std::string, Table> tables = by_name(profiled(hints));
  for (const std::uint64_t hint : hints) {
    SCOPED_TRACE(hint);
    const Table& table = tables.at("hint " + std::to_string(hint));
    EXPECT_EQ(name_of(table.pattern), hint <= 8 ? "single bucket" : "preallocated");
    ASSERT_EQ(table.steps.size(), 1U);
    EXPECT_EQ(static_cast<std::uint64_t>(table.steps.front().slots), hint <= 8 ? 8 : 8 * buckets.at(hint));
    ASSERT_EQ(table.starts.size(), 1U);
    EXPECT_EQ(static_cast<std::uint64_t>(table.starts.front().hint), hint <= 8 ? 0 : hint);
    EXPECT_EQ(table.counts.ever, 1);
  }
}

TEST(Patterns, EveryStepOfTheStaircaseIsInTheReport) {
  const Analysis analysis = profiled({});
  const Table table = by_name(analysis).at("staircase");
  EXPECT_EQ(table.pattern, Pattern::kGrowth);
  EXPECT_EQ(table.counts.growths, 14);
  ASSERT_EQ(table.steps.size(), 15U);
  const std::string text = report::text(analysis, {});
  std::size_t buckets = 1;
  for (const analyze::Step& step : table.steps) {
    EXPECT_EQ(static_cast<std::uint64_t>(step.slots), 8 * hashmap::array_buckets(std::bit_width(buckets) - 1, 144));
    EXPECT_EQ(step.amounts.values[model::kAllocObjects], 1);
    buckets *= 2;
  }
  EXPECT_NE(text.find("1x8 1x16 1x32 1x64"), std::string::npos) << text;
  EXPECT_NE(text.find("1x139,264"), std::string::npos);
}

}  // namespace
}  // namespace bucketprof::e2e
