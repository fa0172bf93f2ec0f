// SPDX-License-Identifier: Apache-2.0
//
// However a program ends, its profile has all that it allocated, and it ends as it does without us.
#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/profiler/cli/tool_process.h"
#include "tests/support/keeper.h"
#include "tests/support/profile_file.h"
#include "tests/support/totals.h"

namespace bucketprof::cli {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing_support::Launch;
using testing_support::read_profile;

const std::string kEnding = BUCKETPROF_BINARY_DIR "/programs/program_ends";
const std::string kPlainEnding = BUCKETPROF_BINARY_DIR "/programs/program_plain_ends";
constexpr std::int64_t kBlock = 1009;

struct Counts {
  std::int64_t allocated = 0;
  std::int64_t in_use = 0;
  friend bool operator==(const Counts&, const Counts&) = default;
};
void PrintTo(const Counts& counts, std::ostream* out) { *out << counts.allocated << " and " << counts.in_use; }

/// Of the blocks of this size that tests/programs/ends holds.
Counts held(const fs::path& file, std::int64_t bytes = kBlock) {
  const model::Profile profile = read_profile(file);
  Counts counts;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    if (tests::label_number(profile, i, model::kLabelBytes) != bytes) continue;
    counts.allocated += profile.values(i)[model::kAllocObjects];
    counts.in_use += profile.values(i)[model::kInuseObjects];
  }
  return counts;
}

class RunEnds : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!testing_support::keepers_are_possible()) GTEST_SKIP() << "processes can have no keeper here";
  }
  [[nodiscard]] static std::string program() { return GetParam() == "linked" ? kEnding : kPlainEnding; }

  /// Expects that the program ends under `run` as without it, and returns what the tool says.
  std::string expect_same(const std::vector<std::string>& words, std::vector<std::string> options = {}) {
    Launch bare{words};
    bare.directory = dir_.path();
    const auto plain = testing_support::run(bare);
    std::vector<std::string> line{"run", "-o", "out.pb.gz"};
    line.insert(line.end(), options.begin(), options.end());
    line.emplace_back("--");
    line.insert(line.end(), words.begin(), words.end());
    const auto ended = tool(line, dir_);
    EXPECT_EQ(ended.status, plain.signal != 0 ? 128 + plain.signal : plain.status) << words[1] << ended.err;
    EXPECT_EQ(ended.out, plain.out) << words[1];
    return ended.err;
  }
  testing_support::TempDir dir_;
};
INSTANTIATE_TEST_SUITE_P(, RunEnds, testing::Values("linked", "plain"));

TEST_P(RunEnds, NoEndLosesTheProfile) {
  std::vector<std::string> ways{"_exit", "raw_exit", "abort", "kill", "kill_among_threads", "fork"};
  if (GetParam() == "plain") {  // what differs between the two is who writes, not how the process ends
    ways.insert(ways.end(), {"exit", "_Exit", "quick_exit", "segv", "kill_group", "kill_at_exit", "sandbox", "vfork",
                             "main_thread", "namespace", "together", "closed"});
  }
  if (geteuid() == 0) ways.insert(ways.end(), {"root", "user"});
  for (const std::string& way : ways) {
    const std::string said = expect_same({program(), way, dir_.path().native()});
    EXPECT_THAT(said, HasSubstr("wrote out.pb.gz")) << way;
    ASSERT_TRUE(fs::exists(dir_ / "out.pb.gz")) << way << said;
    EXPECT_EQ(held(dir_ / "out.pb.gz"), (Counts{1000, 1000})) << way;
    for (const std::string& name : names_in(dir_.path())) fs::remove(dir_ / name);
  }
}

// Two threads allocate 2 and 20 times 256 blocks, of which they hold the last ones; the main thread holds 512.
TEST_P(RunEnds, AFilterThatKillsDoesNotKillForUs) {
  for (const bool by_run : {true, false}) {
    if (!by_run && GetParam() == "plain") continue;  // the agent is the tool's
    std::string said;
    if (by_run) {
      said = expect_same({program(), "filter"});
    } else {
      Launch launch{{kEnding, "filter"}, {"BUCKETPROF_OUTPUT=out.pb.gz"}};
      launch.directory = dir_.path();
      const auto ended = testing_support::run(launch);
      EXPECT_EQ(ended.status, 3) << ended.err;
      EXPECT_EQ(ended.out, "held\nfiltered\n");
      for (int i = 0; i < 600 && !fs::exists(dir_ / "out.pb.gz"); ++i) ::usleep(100'000);  // its keeper writes
    }
    ASSERT_TRUE(fs::exists(dir_ / "out.pb.gz")) << said;
    EXPECT_EQ(held(dir_ / "out.pb.gz"), (Counts{1000, 1000}));
    EXPECT_EQ(held(dir_ / "out.pb.gz", 2003), (Counts{2 * (2 + 20 * 256) + 512, 2 * 256 + 512}));
    fs::remove(dir_ / "out.pb.gz");
  }
}

// So the recorder's calls are those that are documented, and no others.
TEST_P(RunEnds, AFilterThatIsNotNoticedAllowsWhatIsDocumented) {
  expect_same({program(), "unnoticed_filter"});
  ASSERT_TRUE(fs::exists(dir_ / "out.pb.gz"));
  EXPECT_EQ(held(dir_ / "out.pb.gz", 2003), (Counts{2 * (2 + 20 * 256) + 512, 2 * 256 + 512}));
}

TEST_P(RunEnds, ATerminatedProgramSaysWhyItself) {
  const std::string said = expect_same({program(), "terminate"});
  EXPECT_THAT(said, HasSubstr("terminate called without an active exception\n"));
  EXPECT_THAT(said, HasSubstr("killed by signal 6: its profile has what was allocated until then\n"));
  EXPECT_EQ(held(dir_ / "out.pb.gz"), (Counts{1000, 1000}));
}

TEST_P(RunEnds, ASignalHandlerMayInterruptMalloc) {
  for (const std::string way : {"_exit_in_malloc", "kill_in_malloc"}) {
    for (int i = 0; i < 2; ++i) {
      const std::string said = expect_same({program(), way});
      if (GetParam() == "linked" && !fs::exists(dir_ / "out.pb.gz")) {  // the program's malloc cannot be replaced
        EXPECT_THAT(said, HasSubstr("no profile")) << way;
        continue;
      }
      EXPECT_EQ(held(dir_ / "out.pb.gz"), (Counts{1000, 1000})) << way << said;
      fs::remove(dir_ / "out.pb.gz");
    }
  }
}

TEST_P(RunEnds, EachFollowedChildHasItsOwn) {
  const std::string said = expect_same({program(), "fork"}, {"--follow-children"});
  EXPECT_EQ(held(dir_ / "out.pb.gz"), (Counts{1000, 1000})) << said;
  const auto names = names_in(dir_.path());
  ASSERT_THAT(names, ElementsAre(MatchesRegex("out\\.[0-9]+\\.pb\\.gz"), "out.pb.gz"));
  EXPECT_EQ(held(dir_ / names[0]), (Counts{1500, 1500}));
}

TEST_P(RunEnds, WhatBecameAnotherProgramIsNotWrittenForIt) {
  EXPECT_THAT(expect_same({program(), "exec"}), HasSubstr("no profile"));
  EXPECT_THAT(names_in(dir_.path()), ElementsAre());
  expect_same({program(), "exec_itself"}, {"--follow-children"});
  EXPECT_THAT(names_in(dir_.path()), ElementsAre("out.pb.gz"));
  EXPECT_EQ(held(dir_ / "out.pb.gz"), (Counts{1000, 1000})) << "of the second program";
}

TEST_P(RunEnds, WithoutTheToolAnotherUserWritesByAKeeper) {
  if (GetParam() == "plain") GTEST_SKIP() << "the agent is the tool's";
  if (geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  Launch launch{{kEnding, "user"}, {"BUCKETPROF_OUTPUT=own.pb.gz"}};
  launch.directory = dir_.path();
  const auto ended = testing_support::run(launch);
  EXPECT_EQ(ended.status, 3);
  EXPECT_EQ(ended.err, "");
  for (int i = 0; i < 600 && !fs::exists(dir_ / "own.pb.gz"); ++i) ::usleep(100'000);
  EXPECT_EQ(held(dir_ / "own.pb.gz"), (Counts{1000, 1000}));
  EXPECT_THAT(names_in(dir_.path()), ElementsAre("own.pb.gz"));
}

TEST_P(RunEnds, WithoutTheToolWhatCallsTheLibraryIsWritten) {
  if (GetParam() == "plain") GTEST_SKIP() << "the agent is the tool's";
  for (const std::string way : {"_exit", "_Exit", "quick_exit", "vfork", "together"}) {
    Launch launch{{kEnding, way}, {"BUCKETPROF_OUTPUT=own.pb.gz"}};
    launch.directory = dir_.path();
    const auto ended = testing_support::run(launch);
    EXPECT_EQ(ended.status, 3) << way;
    EXPECT_EQ(ended.err, "") << way;
    ASSERT_THAT(names_in(dir_.path()), ElementsAre("own.pb.gz")) << way;
    EXPECT_EQ(held(dir_ / "own.pb.gz"), (Counts{1000, 1000})) << way;
    fs::remove(dir_ / "own.pb.gz");
  }
}

}  // namespace
}  // namespace bucketprof::cli
