// SPDX-License-Identifier: Apache-2.0
//
// Compares what the agent records of a deterministic program with two independent counts: gperftools' own heap
// profiler, site by site, and a library that interposes malloc and counts calls.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "profiler/symbolize/symbolize.h"
#include "tests/support/agent.h"
#include "tests/support/process.h"
#include "tests/support/profile_file.h"
#include "tests/support/sanitized.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::e2e {
namespace {

using namespace testing_support;

const std::string kCounter = BUCKETPROF_BINARY_DIR "/programs/plain_counter.so";

using Counts = std::pair<std::int64_t, std::int64_t>;  // objects, bytes
struct SiteCounts {
  Counts alloc;
  Counts inuse;
  friend bool operator==(const SiteCounts&, const SiteCounts&) = default;
};
using AgentSites = std::map<std::string, SiteCounts>;

std::int64_t value(const model::Profile& profile, std::size_t sample, std::string_view type) {
  for (std::size_t i = 0; i < profile.sample_types.size(); ++i) {
    if (profile.str(profile.sample_types[i].type) == type) return profile.values(sample)[i];
  }
  return 0;
}

/// Values of the samples below main, by site: the program's functions with the lines of their calls, leaf first. Frames
/// outside the program are left out, so what the C library allocates counts for its caller.
AgentSites agent_sites_of(const std::string& path) {
  model::Profile profile = read_profile(path);
  symbolize::symbolize(profile);
  AgentSites sites;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    std::string site;
    bool under_main = false;
    for (const model::LocationId location : profile.stack(i)) {
      const model::MappingId mapping = profile.locations[location].mapping;
      if (mapping == model::kNone || profile.str(profile.mappings[mapping].file) != kPlainSites) continue;
      for (const model::Line& line : profile.locations[location].lines) {
        const std::string_view name = profile.str(profile.functions[line.function].name);
        under_main = under_main || name == "main";
        site += std::string(name) + ":" + std::to_string(line.line) + "\n";
      }
    }
    if (!under_main) continue;
    SiteCounts& counts = sites[site];
    counts.alloc.first += value(profile, i, "alloc_objects");
    counts.alloc.second += value(profile, i, "alloc_space");
    counts.inuse.first += value(profile, i, "inuse_objects");
    counts.inuse.second += value(profile, i, "inuse_space");
  }
  return sites;
}

class AgentCounts : public testing::Test {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << "sanitizers and the agent both replace malloc";
  }
  [[nodiscard]] std::string output() const { return (dir_ / "ours.pb.gz").string(); }
  TempDir dir_;
};

TEST_F(AgentCounts, EqualGperftoolsHeapProfileSiteBySite) {
  auto settings = under_agent(output());
  settings.push_back("BUCKETPROF_AT=exit");
  const Ended ours = run({.words = {kPlainSites, "2000"}, .settings = settings});
  ASSERT_EQ(ours.status, 0) << ours.err;
  EXPECT_EQ(ours.err, "");
  const Ended theirs = run({.words = {kPlainSites, "2000"},
                            .settings = {"LD_PRELOAD=libtcmalloc.so.4", "HEAPPROFILE=" + (dir_ / "theirs").string(),
                                         "HEAP_PROFILE_ALLOCATION_INTERVAL=0", "HEAP_PROFILE_INUSE_INTERVAL=0"}});
  ASSERT_EQ(theirs.status, 0) << theirs.err;
  EXPECT_EQ(ours.out, theirs.out);

  const AgentSites our_sites = agent_sites_of(output());
  const AgentSites their_sites = agent_sites_of((dir_ / "theirs.0001.heap").string());
  EXPECT_GE(our_sites.size(), 15U);
  for (const auto& [site, counts] : our_sites) {
    const auto found = their_sites.find(site);
    if (found == their_sites.end()) {
      ADD_FAILURE() << "gperftools has no such site:\n" << site;
      continue;
    }
    EXPECT_EQ(counts.alloc, found->second.alloc) << site;
    EXPECT_EQ(counts.inuse, found->second.inuse) << site;
  }
  EXPECT_EQ(our_sites.size(), their_sites.size());
}

TEST_F(AgentCounts, EqualACountOfCalls) {
  for (const auto& words : {std::vector<std::string>{kPlainSites, "2000"}, {kPlainGuest, "threads", "10"}}) {
    SCOPED_TRACE(words[0]);
    auto settings = under_agent(output(), kCounter);
    settings.push_back("COUNTER_OUTPUT=" + (dir_ / "count").string());
    const Ended ended = run({.words = words, .settings = settings});
    ASSERT_EQ(ended.status, 0) << ended.err;
    std::ifstream file(dir_ / "count");
    std::string word;
    std::int64_t blocks_before = 0;
    std::int64_t bytes_before = 0;
    Counts after;
    file >> word >> blocks_before >> bytes_before >> word >> after.first >> after.second;
    ASSERT_TRUE(file.good());
    const model::Profile profile = read_profile(output());
    const tests::Values ours = all_values(profile);
    EXPECT_EQ(Counts(ours[model::kAllocObjects], ours[model::kAllocSpace]), after);
    // Libraries allocate before the agent starts: libstdc++ keeps 72,704 bytes for exceptions. This count also has what
    // the agent's own start allocates.
    EXPECT_LE(blocks_before, 60);
    EXPECT_LE(bytes_before, 128 * 1024);
    const auto agent = model::read_agent(model::find_comment(profile, model::kCommentAgent));
    ASSERT_TRUE(agent);
    const auto unseen = static_cast<std::int64_t>(agent->unseen_bytes.value_or(0));
    EXPECT_GE(unseen, 72704);
    EXPECT_LE(unseen, bytes_before + 4096) << "as the allocator rounds them";
  }
}

TEST_F(AgentCounts, SamplesEstimateTheSame) {
  auto settings = under_agent(output());
  settings.push_back("BUCKETPROF_INTERVAL=4096");
  const Ended ended = run({.words = {kPlainSites, "100000"}, .settings = settings});
  ASSERT_EQ(ended.status, 0) << ended.err;
  const tests::Values sampled = all_values(read_profile(output()));
  ASSERT_EQ(run({.words = {kPlainSites, "100000"}, .settings = under_agent(output())}).status, 0);
  const tests::Values exact = all_values(read_profile(output()));
  const auto bytes = static_cast<double>(exact[model::kAllocSpace]);
  EXPECT_NEAR(static_cast<double>(sampled[model::kAllocSpace]), bytes, bytes * 0.03) << "5 standard errors";
}

}  // namespace
}  // namespace bucketprof::e2e
