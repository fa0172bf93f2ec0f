// SPDX-License-Identifier: Apache-2.0
//
// The verb `run` on real programs: status, files, messages, children, signals, and names after the binary is deleted.
#include <gmock/gmock.h>

#include <csignal>

#include "profiler/base/file.h"
#include "profiler/model/validate.h"
#include "profiler/pprof/pprof.h"
#include "profiler/symbolize/prune.h"
#include "tests/profiler/cli/tool_process.h"
#include "tests/support/keeper.h"
#include "tests/support/sanitized.h"
#include "tests/support/viewers.h"

namespace bucketprof::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;

class RunVerb : public testing::Test {
 protected:
  testing_support::TempDir dir_;
};

TEST_F(RunVerb, WritesASymbolizedProfileAndSaysSo) {
  const auto ended = tool({"run", "-o", "out.pb.gz", "--", kTables, "5000"}, dir_);
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.out, MatchesRegex("[0-9 ]+\n"));  // only what the program prints
  EXPECT_THAT(ended.err, MatchesRegex("bucketprof: wrote out.pb.gz \\(5 tables, .* in use at the high-water mark\\); "
                                      "bucketprof report out.pb.gz\n"));
  EXPECT_THAT(names_in(dir_.path()), ElementsAre("out.pb.gz"));

  const auto bytes = read_file(dir_ / "out.pb.gz");
  ASSERT_TRUE(bytes.ok());
  const auto profile = pprof::decode(*bytes);
  ASSERT_TRUE(profile.ok()) << profile.error();
  const Status valid = model::validate_ours(*profile);
  EXPECT_TRUE(valid.ok()) << (valid.ok() ? "" : valid.error());
  EXPECT_TRUE(profile->mappings[0].has_functions);
  for (const model::Function& function : profile->functions) {
    EXPECT_EQ(symbolize::frame_kind(profile->str(function.name)), symbolize::FrameKind::kUser)
        << profile->str(function.name);
  }
}

TEST_F(RunVerb, GoPprofShowsNamesWithoutTheBinary) {
  const std::string program = dir_ / "program";
  std::filesystem::copy_file(kTables, program);
  ASSERT_EQ(tool({"run", "-o", "out.pb.gz", "--", program, "5000"}, dir_).status, 0);
  std::filesystem::remove(program);
  const std::string top = testing_support::go_pprof({"-top", "-nodefraction=0", dir_ / "out.pb.gz"}, dir_ / "scratch");
  EXPECT_THAT(top, HasSubstr("make_bucket_array"));
  EXPECT_THAT(top, HasSubstr("load_users"));
  EXPECT_THAT(top, HasSubstr("main"));
}

TEST_F(RunVerb, DefaultFileNameCarriesThePid) {
  EXPECT_EQ(tool({"run", "--", kTables, "100"}, dir_).status, 0);
  EXPECT_THAT(names_in(dir_.path()), ElementsAre(MatchesRegex("bucketprof\\.[0-9]+\\.pb\\.gz")));
}

TEST_F(RunVerb, OptionsReachTheProgram) {
  ASSERT_EQ(tool({"run", "--interval", "4KiB", "--at", "exit", "-o", "out", "--", kTables, "5000"}, dir_).status, 0);
  const auto profile = pprof::decode(*read_file(dir_ / "out"));
  ASSERT_TRUE(profile.ok());
  EXPECT_EQ(profile->period, 4096);
  std::string comments;
  for (const model::StringId id : profile->comments) comments += std::string(profile->str(id)) + "\n";
  EXPECT_THAT(comments, HasSubstr("at=now"));
}

TEST_F(RunVerb, PassesTheStatusOn) {
  EXPECT_EQ(tool({"run", "-o", "a", "--", kGuest, "quiet"}, dir_).status, 7);
  EXPECT_EQ(tool({"run", "-o", "b", "--", kGuest, "exit"}, dir_).status, 4);
  EXPECT_THAT(names_in(dir_.path()), ElementsAre("a", "b"));
}

TEST_F(RunVerb, WithoutAProfileItSaysWhyAndPassesTheStatusOn) {
  if (testing_support::keepers_are_possible()) GTEST_SKIP() << "there is always a profile (RunEnds)";
  const auto killed = tool({"run", "--", kGuest, "term"}, dir_);
  EXPECT_EQ(killed.status, 128 + SIGTERM);
  EXPECT_THAT(killed.err, HasSubstr("killed by signal 15"));
  EXPECT_THAT(names_in(dir_.path()), testing::IsEmpty());
}

TEST_F(RunVerb, ChildrenGetFilesOfTheirOwn) {
  if (testing_support::kSanitized) GTEST_SKIP() << "the shell needs the agent, which is not built";
  const std::string script = kTables + " 100 & wait; exec " + kTables + " 200";
  const auto ended = tool({"run", "-o", "out", "--", "sh", "-c", script}, dir_);
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.err, HasSubstr("1 profile of child processes"));
  EXPECT_THAT(names_in(dir_.path()), ElementsAre("out", MatchesRegex("out\\.[0-9]+")));
}

TEST_F(RunVerb, AProgramWhoseChildrenAloneWroteSaysSo) {
  if (testing_support::kSanitized) GTEST_SKIP() << "the shell needs the agent, which is not built";
  const auto ended = tool({"run", "-o", "out", "--", "sh", "-c", kTables + " 100; exec " + kStatic}, dir_);
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.err, HasSubstr("the program itself wrote none"));
  EXPECT_THAT(names_in(dir_.path()), ElementsAre(MatchesRegex("out\\.[0-9]+")));
}

TEST_F(RunVerb, ForwardsSignalsAndStillCleansUp) {
  if (testing_support::kSanitized) GTEST_SKIP() << "the shell needs the agent, which is not built";
  testing_support::Launch launch{{kTool, "run", "--", "sh", "-c", "echo ready; while :; do sleep 0.05; done"},
                                 {"TMPDIR=" + dir_.path().native()}};
  launch.directory = dir_.path();
  testing_support::Process process(launch);
  ASSERT_TRUE(process.has_printed("ready"));
  process.send(SIGTERM);
  const auto ended = process.wait();
  EXPECT_EQ(ended.status, 128 + SIGTERM);
  EXPECT_EQ(ended.signal, 0);
  if (!testing_support::keepers_are_possible()) return;
  EXPECT_THAT(names_in(dir_.path()), ElementsAre(MatchesRegex("bucketprof\\.[0-9]+\\.pb\\.gz")));
}

TEST_F(RunVerb, WhatCannotWorkIsSaidBeforeTheProgramRuns) {
  for (const char* output : {"nowhere/out", "/proc", "."}) {
    const auto ended = tool({"run", "-o", output, "--", "sh", "-c", "touch ran"}, dir_);
    expect_one_line_error(ended);
  }
  expect_one_line_error(tool({"run", "--", "bucketprof-no-such-program"}, dir_));
  expect_one_line_error(tool({"run", "--", "/etc/passwd"}, dir_));
  expect_one_line_error(tool({"run", "--", "touch", "ran"}, dir_, {"TMPDIR=/proc"}));
  EXPECT_THAT(names_in(dir_.path()), testing::IsEmpty());
}

}  // namespace
}  // namespace bucketprof::cli
