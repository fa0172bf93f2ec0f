// SPDX-License-Identifier: Apache-2.0
//
// The verb `run` on programs that are not linked with the library: what docs/run.md promises, case by case.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "tests/profiler/cli/tool_process.h"
#include "tests/support/agent.h"
#include "tests/support/profile_file.h"
#include "tests/support/sanitized.h"

namespace bucketprof::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing_support::kPlainGuest;
using testing_support::read_profile;

const std::string kBuiltPrograms = BUCKETPROF_BINARY_DIR "/programs/";

class RunAgent : public testing::Test {
 protected:
  void SetUp() override {
    if (testing_support::kSanitized) GTEST_SKIP() << "sanitizers and the agent both replace malloc";
  }
  testing_support::TempDir dir_;
};

TEST_F(RunAgent, WritesANamedProfileOfTheHeap) {
  const auto ended = tool({"run", "-o", "out.pb.gz", "--", kPlainGuest, "exit"}, dir_);
  EXPECT_EQ(ended.status, 7);
  EXPECT_THAT(ended.err, MatchesRegex("bucketprof: wrote out.pb.gz \\([0-9,]+ heap blocks, .* in use at the high-water "
                                      "mark, [0-9.]+ KiB of it in 1 table\\); bucketprof report out.pb.gz\n"));
  EXPECT_THAT(names_in(dir_.path()), ElementsAre("out.pb.gz"));
  const auto profile = read_profile(dir_ / "out.pb.gz");
  EXPECT_NE(testing_support::comment_of(profile, model::kCommentAgent), "");
  bool work = false;
  for (const model::Function& function : profile.functions) {
    work = work || profile.str(function.name).find("work") != std::string_view::npos;
  }
  EXPECT_TRUE(work);
}

TEST_F(RunAgent, OptionsReachTheAgent) {
  ASSERT_EQ(tool({"run", "--interval", "4KiB", "--at", "exit", "-o", "out", "--", kPlainGuest, "return"}, dir_).status,
            0);
  const auto profile = read_profile(dir_ / "out");
  EXPECT_EQ(profile.period, 4096);
  EXPECT_THAT(testing_support::comment_of(profile, model::kCommentMoment), HasSubstr("at=now"));
}

TEST_F(RunAgent, AProgramThatIsLinkedKnowsItsTables) {
  const auto ended = tool({"run", "--follow-children", "-o", "out", "--", kTables, "100"}, dir_);
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.err, HasSubstr("(5 tables"));
}

TEST_F(RunAgent, ScriptsAreProfiledAsTheirInterpreters) {
  std::ofstream(dir_ / "script") << "#!/usr/bin/env bash\necho $((40 + $1)) $LD_PRELOAD\nexit 5\n";
  std::filesystem::permissions(dir_ / "script", std::filesystem::perms::owner_all);
  const auto ended = tool({"run", "-o", "out", "--", "./script", "2"}, dir_);
  EXPECT_EQ(ended.status, 5);
  EXPECT_EQ(ended.out, "42\n");
  EXPECT_THAT(names_in(dir_.path()), ElementsAre("out", "script"));
}

TEST_F(RunAgent, ChildrenAreFollowedOnlyIfAsked) {
  const std::string script = kPlainGuest + " return; " + kPlainGuest + " return";
  const auto alone = tool({"run", "-o", "out", "--", "bash", "-c", script + "; exit 4"}, dir_);
  EXPECT_EQ(alone.status, 4);
  EXPECT_EQ(alone.out, "200\n200\n");
  EXPECT_THAT(names_in(dir_.path()), ElementsAre("out"));
  const auto all = tool({"run", "--follow-children", "-o", "out", "--", "bash", "-c", script + "; exit 4"}, dir_);
  EXPECT_EQ(all.status, 4);
  EXPECT_EQ(all.out, "200\n200\n");
  EXPECT_THAT(all.err, HasSubstr("2 profiles of child processes"));
  EXPECT_THAT(names_in(dir_.path()), ElementsAre("out", MatchesRegex("out\\.[0-9]+"), MatchesRegex("out\\.[0-9]+")));
}

TEST_F(RunAgent, ChangesNothingThatIsPrinted) {
  const auto huge = tool({"run", "-o", "out", "--", kPlainGuest, "huge"}, dir_);
  EXPECT_EQ(huge.out, "huge\n");
  EXPECT_EQ(std::count(huge.err.begin(), huge.err.end(), '\n'), 1)
      << "tcmalloc says nothing of large blocks: " << huge.err;
}

TEST_F(RunAgent, SaysWhatCannotBeSeen) {
  const auto own = tool({"run", "-o", "out", "--", kBuiltPrograms + "program_plain_own_malloc"}, dir_);
  EXPECT_EQ(own.status, 125) << "there is no profile";
  EXPECT_EQ(own.out, "4950\n");
  EXPECT_THAT(own.err, HasSubstr("has a malloc of its own"));
  const auto other = tool({"run", "--", "sh", "-c", "exec " + kBuiltPrograms + "program_plain_static"}, dir_);
  EXPECT_EQ(other.status, 125);
  EXPECT_THAT(other.err, HasSubstr("no profile: unless a line above says why, "));
  expect_one_line_error(tool({"run", "--", kBuiltPrograms + "program_plain_static"}, dir_));
  EXPECT_THAT(names_in(dir_.path()), testing::IsEmpty());
}

TEST_F(RunAgent, ALibraryThatTheProgramNamesKnowsItsTables) {
  const auto ended = tool({"run", "-o", "out", "--", kBuiltPrograms + "program_plain_names_linked"}, dir_);
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.out, "100\n");
  const auto profile = read_profile(dir_ / "out");
  EXPECT_EQ(testing_support::comment_of(profile, model::kCommentAgent), "");
  ASSERT_FALSE(profile.samples.empty());
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    EXPECT_EQ(tests::label_text(profile, i, model::kLabelTable), "in a library");
  }
}

TEST_F(RunAgent, MemoryThatTheProgramMapsIsNotSeen) {
  const auto ended = tool({"run", "-o", "out", "--", kPlainGuest, "maps"}, dir_);
  EXPECT_EQ(ended.out, "mapped\n");
  EXPECT_LT(testing_support::all_values(read_profile(dir_ / "out"))[model::kAllocSpace], 1 << 20);
}

TEST_F(RunAgent, ArenasAboveMallocAreSeenAsTheirBlocks) {
  const std::string python = "/usr/bin/python3";
  if (!std::filesystem::exists(python)) GTEST_SKIP() << "needs " << python;
  const auto blocks = [&](const char* file) {
    const auto ended =
        tool({"run", "-o", file, "--", python, "-c", "print(len([str(i) for i in range(100000)]))"}, dir_);
    EXPECT_EQ(ended.out, "100000\n");
    return testing_support::all_values(read_profile(dir_ / file))[model::kAllocObjects];
  };
  unsetenv("PYTHONMALLOC");
  EXPECT_LT(blocks("arenas"), 100'000);
  setenv("PYTHONMALLOC", "malloc", 1);
  EXPECT_GT(blocks("objects"), 100'000);
  unsetenv("PYTHONMALLOC");
}

}  // namespace
}  // namespace bucketprof::cli
