// SPDX-License-Identifier: Apache-2.0
//
// The allocator behind the agent stays the program's own: blocks may cross from those who call the agent to those who
// cannot, and no block counts twice. malloc_test.cpp tries every function with every allocator.
#include "profiler/agent/next.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "profiler/model/validate.h"
#include "tests/support/agent.h"
#include "tests/support/process.h"
#include "tests/support/profile_file.h"
#include "tests/support/sanitized.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::agent {
namespace {

using namespace testing_support;
using testing::HasSubstr;

const std::string kFolder = BUCKETPROF_BINARY_DIR "/programs/";
const std::string kHost = kFolder + "program_allocators_host";

class NextAllocator : public testing::Test {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << "sanitizers and the agent both replace malloc";
  }
  /// Runs a program, which must go on as without the agent, and returns its profile.
  model::Profile profile_of(const std::vector<std::string>& words, const std::string& behind = "") {
    auto settings = under_agent(dir_ / "p.pb.gz", "", behind);
    settings.emplace_back("BUCKETPROF_AT=exit");
    const Ended ended = run({.words = words, .settings = settings});
    EXPECT_EQ(ended, run({.words = words, .settings = {"LD_PRELOAD=" + behind}}));
    EXPECT_EQ(ended.out, "fine\n");
    return read_profile(dir_ / "p.pb.gz");
  }
  static std::int64_t missed_in(const model::Profile& profile) {
    const std::string losses = comment_of(profile, model::kCommentLosses);
    const std::string key = "missed_frees=";
    return std::stoll(losses.substr(losses.find(key) + key.size()));
  }
  /// Blocks of a size: allocated, and in use at the end.
  static std::pair<std::int64_t, std::int64_t> blocks_of(const model::Profile& profile, std::int64_t bytes) {
    std::pair<std::int64_t, std::int64_t> sum;
    for (std::size_t i = 0; i < profile.samples.size(); ++i) {
      if (tests::label_number(profile, i, model::kLabelBytes) != bytes) continue;
      sum.first += profile.values(i)[model::kAllocObjects];
      sum.second += profile.values(i)[model::kInuseObjects];
    }
    return sum;
  }
  TempDir dir_;
};

// RTLD_DEEPBIND: the library's malloc and free are the C library's. The frees that pass the agent by are counted.
TEST_F(NextAllocator, BlocksCrossToALibraryThatBindsDeeply) {
  const model::Profile profile = profile_of({kHost, "deep", "1000", kFolder + "allocators_plugin.so"});
  const auto [made, left] = blocks_of(profile, 200);
  EXPECT_EQ(made, 1000);
  EXPECT_EQ(left, 1) << "the last free was missed, too, but nothing shows it";
  EXPECT_EQ(missed_in(profile), 999);
  EXPECT_EQ(blocks_of(profile, 300).first, 0) << "the library's own are not seen";
}

TEST_F(NextAllocator, BlocksCrossToTheCLibrarysPrivateNames) {
  const model::Profile profile = profile_of({kHost, "libc", "1000"});
  EXPECT_EQ(blocks_of(profile, 200), std::pair(std::int64_t{1000}, std::int64_t{1}));
  EXPECT_EQ(missed_in(profile), 999);
}

TEST_F(NextAllocator, ABlockOfAnOperatorNewThatCallsMallocCountsOnce) {
  for (const std::string& allocator : kAllocators) {
    const model::Profile profile = profile_of({kFolder + "program_allocators_foreign", "new", "1000"}, allocator);
    EXPECT_EQ(blocks_of(profile, 4), std::pair(std::int64_t{1000}, std::int64_t{0})) << allocator;
    EXPECT_EQ(missed_in(profile), 0) << allocator;
  }
}

// An allocator that lacks memalign and malloc_usable_size must not get blocks of one that has them, nor the other way.
TEST_F(NextAllocator, OnlyFunctionsOfOneAllocatorMeet) {
  const std::string partial = kFolder + "allocators_partial.so";
  const model::Profile profile = profile_of({kHost, "aligned", "100"}, partial);
  EXPECT_EQ(blocks_of(profile, 128), std::pair(std::int64_t{100}, std::int64_t{0}));
  EXPECT_EQ(blocks_of(profile, 200).second, 0);
  EXPECT_EQ(missed_in(profile), 0);
}

// The program's allocator is left as the program left it: merging its free blocks may take long.
TEST_F(NextAllocator, GivesNothingForTheLastProfile) {
  const std::string watched = kFolder + "allocators_watched.so";
  for (const char* interval : {"1", "64", "1000000000"}) {
    auto settings = under_agent(dir_ / "p.pb.gz", "", watched);
    settings.push_back(std::string("BUCKETPROF_INTERVAL=") + interval);
    const Ended ended = run({.words = {kHost, "new", "1000"}, .settings = settings});
    EXPECT_EQ(ended, run({.words = {kHost, "new", "1000"}, .settings = {"LD_PRELOAD=" + watched}}));
    EXPECT_EQ(ended.err, "taken after the end: 0\n");
    const Status valid = model::validate_ours(read_profile(dir_ / "p.pb.gz"));
    EXPECT_TRUE(valid.ok()) << (valid.ok() ? "" : valid.error());
  }
}

TEST_F(NextAllocator, MayBeBehindOneThatCallsTheAgentWhileFunctionsAreLookedUp) {
  const std::string front = kFolder + "allocators_front.so";
  for (const char* way : {"libc", "new", "aligned"}) {
    const Ended ended = run({.words = {kHost, way, "100"}, .settings = under_agent(dir_ / "p.pb.gz", front)});
    EXPECT_EQ(ended, run({.words = {kHost, way, "100"}, .settings = {"LD_PRELOAD=" + front}})) << way;
  }
}

TEST_F(NextAllocator, ABlockOfTheLanguagesOperatorNewCountsOnce) {
  for (const std::string& allocator : kAllocators) {
    const model::Profile profile = profile_of({kHost, "new", "1000"}, allocator);
    EXPECT_EQ(blocks_of(profile, 4), std::pair(std::int64_t{1000}, std::int64_t{0})) << allocator;
    EXPECT_EQ(missed_in(profile), 0) << allocator;
  }
}

}  // namespace
}  // namespace bucketprof::agent
