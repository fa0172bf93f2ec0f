// SPDX-License-Identifier: Apache-2.0
//
// gperftools' heap profiler sees each call of operator new by itself, knows nothing of tables, and shares no code with
// the recorder. For every call site of a profiled table both must show the same objects and the same bytes.
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "profiler/base/cxx_name.h"
#include "profiler/model/schema.h"
#include "profiler/symbolize/prune.h"
#include "profiler/symbolize/symbolize.h"
#include "tests/support/process.h"
#include "tests/support/profile_file.h"
#include "tests/support/sanitized.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::e2e {
namespace {

using testing_support::Ended;
using testing_support::run;
using testing_support::TempDir;

const std::string kProgram = BUCKETPROF_BINARY_DIR "/programs/program_tables";

using Values = std::array<std::int64_t, 4>;  // alloc objects, alloc bytes, in-use objects, in-use bytes
using Site = std::vector<std::string>;       // leaf first: the leaf's function, then each caller with its line
using Sites = std::map<Site, Values>;

model::Profile read_symbolized(const std::string& path) {
  model::Profile profile = testing_support::read_profile(path);
  symbolize::symbolize(profile);
  return profile;
}

Values values_of(const model::Profile& profile, std::size_t sample) {
  Values values{};
  for (std::size_t i = 0; i < profile.sample_types.size(); ++i) {
    for (std::size_t type = 0; type < values.size(); ++type) {
      if (profile.str(profile.sample_types[i].type) == model::kSampleTypes[type].type) {
        values[type] = profile.values(sample)[i];
      }
    }
  }
  return values;
}

void add(Values& to, const Values& values) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += values[i];
}

bool in_program(const model::Profile& profile, model::LocationId location) {
  const model::MappingId mapping = profile.locations[location].mapping;
  return mapping != model::kNone && profile.str(profile.mappings[mapping].file) == kProgram;
}

/// Values of the samples below main, by site, without the frames of allocators.
Sites sites_of(const model::Profile& symbolized) {
  const model::Profile profile = symbolize::prune(symbolized);
  Sites sites;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    Site site;
    bool under_main = false;
    for (const model::LocationId location : profile.stack(i)) {
      if (!in_program(profile, location)) continue;  // tcmalloc's frames below, the C library's above
      for (const model::Line& line : profile.locations[location].lines) {
        const std::string name(profile.str(profile.functions[line.function].name));
        under_main = under_main || name == "main";
        // The leaf's line differs: it calls the recorder on one line, and operator new on another.
        site.push_back(site.empty() ? name : name + ":" + std::to_string(line.line));
      }
    }
    if (under_main) add(sites[site], values_of(profile, i));
  }
  return sites;
}

/// The sum of all that went through the tagged allocator, as the frames' function names show.
Values through_allocator(const model::Profile& profile) {
  Values sum{};
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    bool through = false;
    for (const model::LocationId location : profile.stack(i)) {
      for (const model::Line& line : profile.locations[location].lines) {
        const std::string name = qualified_name(profile.str(profile.functions[line.function].name));
        through = through || name.starts_with("bucketprof::alloc::Allocator::allocate");
      }
    }
    if (through) add(sum, values_of(profile, i));
  }
  return sum;
}

Values sum_of(const Sites& sites) {
  Values sum{};
  for (const auto& [site, values] : sites) add(sum, values);
  return sum;
}

/// gperftools records nearer the leaf, in operator new, so it has more sites. Ours must be among them, with equal
/// values.
void expect_agreement(const model::Profile& ours, const model::Profile& theirs, std::size_t first_type) {
  const Sites our_sites = sites_of(ours);
  const Sites their_sites = sites_of(theirs);
  EXPECT_GE(our_sites.size(), 10U) << "five tables, more than one site each";
  const auto compared = [first_type](const Values& values) {
    return std::pair(values[first_type], values[first_type + 1]);
  };
  for (const auto& [site, values] : our_sites) {
    const auto found = their_sites.find(site);
    const std::string text =
        std::accumulate(site.begin(), site.end(), std::string(),
                        [](std::string all, const std::string& frame) { return all + "\n  " + frame; });
    if (found == their_sites.end()) {
      ADD_FAILURE() << "gperftools has no such site:" << text;
    } else {
      EXPECT_EQ(compared(values), compared(found->second)) << text;
    }
  }
  EXPECT_GT(compared(sum_of(our_sites)).second, 0);
  EXPECT_EQ(compared(sum_of(our_sites)), compared(through_allocator(theirs)))
      << "no table of theirs is missing in ours";
}

class Independent : public testing::Test {
 protected:
  void SetUp() override {
    if (testing_support::kSanitized) GTEST_SKIP() << "sanitizers and the agent both replace malloc";
  }

  /// Runs the program with either profiler, or both.
  void profile(bool with_ours, bool with_theirs) {
    std::vector<std::string> settings;
    if (with_ours) settings.push_back("BUCKETPROF_OUTPUT=" + (dir_ / "exit.pb.gz").string());
    if (with_theirs) {
      settings.insert(settings.end(), {"LD_PRELOAD=libtcmalloc.so.4", "HEAPPROFILE=" + (dir_ / "theirs").string(),
                                       "HEAP_PROFILE_ALLOCATION_INTERVAL=0", "HEAP_PROFILE_INUSE_INTERVAL=0"});
    }
    const Ended ended = run({.words = {kProgram, "3000", (dir_ / "checkpoint").string()}, .settings = settings});
    ASSERT_EQ(ended.status, 0) << ended.err;
    ASSERT_EQ(ended.err.find("cannot be preloaded"), std::string::npos)
        << "gperftools must be installed (scripts/setup test): " << ended.err;
  }
  [[nodiscard]] model::Profile read(const char* name) const { return read_symbolized((dir_ / name).string()); }

  void expect_agreement_at_both_moments() const {
    expect_agreement(read("checkpoint.pb.gz"), read("theirs.0001.heap"), 2);  // all tables are live
    expect_agreement(read("exit.pb.gz"), read("theirs.0002.heap"), 0);        // all that was ever allocated
  }

  TempDir dir_;
};

TEST_F(Independent, BothInOneRun) {
  profile(true, true);
  expect_agreement_at_both_moments();
}

TEST_F(Independent, EachInItsOwnRun) {
  profile(false, true);
  std::filesystem::remove(dir_ / "checkpoint.pb.gz");  // it is of a run that was not recorded
  profile(true, false);
  expect_agreement_at_both_moments();
}

}  // namespace
}  // namespace bucketprof::e2e
