// SPDX-License-Identifier: Apache-2.0
//
// Tables of a program that is not linked with the library: the profile has what each array held when it was freed, or
// holds at the end, as the program itself counted it. And a program whose memory cannot be read everywhere is unharmed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "profiler/model/schema.h"
#include "profiler/model/validate.h"
#include "tests/support/agent.h"
#include "tests/support/process.h"
#include "tests/support/profile_file.h"
#include "tests/support/temp_dir.h"
#include "tests/support/totals.h"

namespace bucketprof::e2e {
namespace {

using namespace testing_support;

const std::string kLooked = BUCKETPROF_BINARY_DIR "/programs/looked";

struct Blocks {
  std::int64_t freed = 0;
  std::int64_t live = 0;
  friend bool operator==(const Blocks&, const Blocks&) = default;
  friend void PrintTo(const Blocks& blocks, std::ostream* out) {
    *out << blocks.freed << " freed, " << blocks.live << " live";
  }
};
using BySlotsAndEntries = std::map<std::pair<std::int64_t, std::int64_t>, Blocks>;

class LookedTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kLooked)) GTEST_SKIP() << "sanitizers and the agent both replace malloc";
  }
  [[nodiscard]] std::string output() const { return (dir_ / "p.pb.gz").string(); }
  TempDir dir_;
};

BySlotsAndEntries counted_by(const std::string& printed) {
  BySlotsAndEntries found;
  std::istringstream lines(printed);
  std::string what;
  std::int64_t slots = 0;
  std::int64_t entries = 0;
  std::int64_t times = 0;
  while (lines >> what >> slots >> entries >> times) {
    Blocks& blocks = found[{slots, entries}];
    (what == "freed" ? blocks.freed : blocks.live) += times;
  }
  return found;
}

BySlotsAndEntries seen_in(const model::Profile& profile) {
  BySlotsAndEntries found;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    // One layout of absl's is also one of phmap's, which has another byte behind it: by chance that is as phmap writes
    // it.
    const std::string layout = tests::label_text(profile, i, model::kLabelLayout);
    if (layout != "absl" && layout != "phmap") continue;
    EXPECT_LE(tests::label_number(profile, i, model::kLabelDeleted), 0) << "none, or not known";
    Blocks& blocks = found[{tests::label_number(profile, i, model::kLabelSlots),
                            tests::label_number(profile, i, model::kLabelSeen)}];
    blocks.live += profile.values(i)[model::kInuseObjects];
    blocks.freed += profile.values(i)[model::kAllocObjects] - profile.values(i)[model::kInuseObjects];
  }
  return found;
}

TEST_F(LookedTest, EachArrayIsTheProgramsOwn) {
  const int seeds = std::getenv("BUCKETPROF_LONG") != nullptr ? 200 : 3;
  for (int seed = 1; seed <= seeds; ++seed) {
    SCOPED_TRACE(seed);
    std::vector<std::string> settings = under_agent(output());
    settings.emplace_back("BUCKETPROF_AT=exit");
    const Ended ended = run({.words = {kLooked, "fill", std::to_string(seed)}, .settings = settings});
    ASSERT_EQ(ended.status, 0) << ended.err;
    const model::Profile profile = read_profile(output());
    const Status valid = model::validate_ours(profile);
    EXPECT_TRUE(valid.ok()) << (valid.ok() ? "" : valid.error());
    BySlotsAndEntries expected = counted_by(ended.out);
    EXPECT_GT(expected.size(), 50U);
    BySlotsAndEntries seen = seen_in(profile);
    // Of an array without entries it is seldom known whether it had some before. Then none is seen.
    const auto is_empty = [](const auto& blocks) { return blocks.first.second == 0; };
    for (const auto& [which, blocks] : seen) {
      EXPECT_TRUE(which.second != 0 || blocks.freed + blocks.live <= expected[which].freed + expected[which].live);
    }
    std::erase_if(seen, is_empty);
    std::erase_if(expected, is_empty);
    EXPECT_EQ(seen, expected);
  }
}

TEST_F(LookedTest, NoneIfNoneIsAskedFor) {
  std::vector<std::string> settings = under_agent(output());
  settings.emplace_back("BUCKETPROF_LOOK_FROM=0");
  ASSERT_EQ(run({.words = {kLooked, "fill", "1"}, .settings = settings}).status, 0);
  const model::Profile profile = read_profile(output());
  EXPECT_TRUE(seen_in(profile).empty());
  EXPECT_EQ(comment_of(profile, model::kCommentLooked), "");
}

TEST_F(LookedTest, WhateverTheProgramDoesToItsMemoryIsNotHarmedByLooks) {
  const bool is_long = std::getenv("BUCKETPROF_LONG") != nullptr;
  std::vector<std::string> settings = under_agent(output());
  settings.emplace_back("BUCKETPROF_SIGNAL=USR2");
  const Ended ended = run({.words = {kLooked, "hazards", is_long ? "300" : "1"}, .settings = settings});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.out, "fine\n");
  EXPECT_EQ(ended.err, "");
  const model::Profile profile = read_profile(output());
  const Status valid = model::validate_ours(profile);
  EXPECT_TRUE(valid.ok()) << (valid.ok() ? "" : valid.error());
  EXPECT_FALSE(seen_in(profile).empty());
  if (is_long) fmt::print("{}\n", comment_of(profile, model::kCommentLooked));
}

}  // namespace
}  // namespace bucketprof::e2e
