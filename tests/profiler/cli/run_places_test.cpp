// SPDX-License-Identifier: Apache-2.0
//
// Programs that change their user, their root or their directory, or outlive the program that was started, under `run`
// and with the library alone.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "profiler/base/file.h"
#include "tests/profiler/cli/tool_process.h"
#include "tests/support/agent.h"
#include "tests/support/keeper.h"
#include "tests/support/profile_file.h"
#include "tests/support/sanitized.h"

namespace bucketprof::cli {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing_support::read_profile;

const std::string kLinked = BUCKETPROF_BINARY_DIR "/programs/program_places";
const std::string kPlain = BUCKETPROF_BINARY_DIR "/programs/program_plain_places";

/// Each way, with its argument, and whether only root can go it.
struct Way {
  std::string name;
  std::string argument;
  bool is_for_root;
};
std::vector<Way> ways(const testing_support::TempDir& dir) {
  return {{"stay", "", false}, {"directory", "/", false},           {"descriptors", "", false},
          {"user", "", true},  {"root", dir.path().native(), true}, {"root_and_user", dir.path().native(), true}};
}

class RunPlaces : public testing::Test {
 protected:
  /// Only root can, and the sanitizers' own end needs /proc.
  static bool can_be_tried(const Way& way) {
    return geteuid() == 0 && !(testing_support::kSanitized && way.name.starts_with("root"));
  }
  static void expect_profile(const fs::path& file) {
    ASSERT_TRUE(fs::exists(file)) << file;
    EXPECT_GE(testing_support::all_values(read_profile(file))[model::kAllocObjects], 1000) << file;
  }
  testing_support::TempDir dir_;
};

TEST_F(RunPlaces, TheProfileComesBackFromEverywhere) {
  for (const std::string& program : {kLinked, kPlain}) {
    if (program == kPlain && testing_support::kSanitized) continue;  // no agent
    for (const Way& way : ways(dir_)) {
      if (way.is_for_root && !can_be_tried(way)) continue;
      const std::string file = way.name + ".pb.gz";
      const auto ended = tool({"run", "-o", file, "--", program, way.name, way.argument}, dir_);
      EXPECT_EQ(ended.status, 0) << way.name << ended.err;
      EXPECT_EQ(ended.out, "1000\n");
      EXPECT_THAT(ended.err, HasSubstr("wrote " + file)) << way.name;
      expect_profile(dir_ / file);
      fs::remove(dir_ / file);
    }
  }
  EXPECT_THAT(names_in(dir_.path()), ElementsAre());
}

TEST_F(RunPlaces, ARelativeNameIsWhereItWasAtTheStart) {
  for (const Way& way : ways(dir_)) {
    if (way.name.ends_with("user")) continue;  // another user cannot write there
    if (way.is_for_root && !can_be_tried(way)) continue;
    testing_support::Launch launch{{kLinked, way.name, way.argument}, {"BUCKETPROF_OUTPUT=own.pb.gz"}};
    launch.directory = dir_.path();
    const auto ended = testing_support::run(launch);
    EXPECT_EQ(ended.status, 0) << way.name << ended.err;
    EXPECT_EQ(ended.err, "") << way.name;
    expect_profile(dir_ / "own.pb.gz");
    fs::remove(dir_ / "own.pb.gz");
  }
}

TEST_F(RunPlaces, AnotherUserWhoCannotWriteSaysSo) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  if (testing_support::keepers_are_possible()) GTEST_SKIP() << "its keeper writes, as run_ends_test.cpp shows";
  testing_support::Launch launch{{kLinked, "user"}, {"BUCKETPROF_OUTPUT=own.pb.gz"}};
  launch.directory = dir_.path();
  const auto ended = testing_support::run(launch);
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.err,
              MatchesRegex("bucketprof: profile not written: cannot write /.*/own.pb.gz: Permission denied\n"));
  EXPECT_THAT(names_in(dir_.path()), ElementsAre());
}

TEST_F(RunPlaces, DaemonsAreWaitedFor) {
  if (testing_support::kSanitized) GTEST_SKIP() << "children are followed with the agent, which is not built";
  for (const std::string& program : {kLinked, kPlain}) {
    const auto ended = tool({"run", "--follow-children", "-o", "out.pb.gz", "--", program, "daemon", "300"}, dir_);
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_EQ(ended.out, "1000\n");
    const auto names = names_in(dir_.path());
    ASSERT_THAT(names, ElementsAre(MatchesRegex("out\\.[0-9]+\\.pb\\.gz"), "out.pb.gz"));
    for (const std::string& name : names) {
      expect_profile(dir_ / name);
      fs::remove(dir_ / name);
    }
  }
}

TEST_F(RunPlaces, DaemonsThatAreNotWaitedForAreNamed) {
  if (testing_support::kSanitized) GTEST_SKIP() << "children are followed with the agent, which is not built";
  const auto ended =
      tool({"run", "--follow-children", "--wait", "0", "-o", "out.pb.gz", "--", kLinked, "daemon", "1000"}, dir_);
  EXPECT_EQ(ended.status, 0) << ended.err;
  const std::string said = ended.err.substr(ended.err.rfind("bucketprof: "));
  ASSERT_THAT(said, MatchesRegex("bucketprof: [0-9]+ \\(program_places\\) still runs; its profile will be /.*\n"));
  const fs::path file = said.substr(said.find('/'), said.size() - 1 - said.find('/'));
  for (int i = 0; i < 1000 && !fs::exists(file); ++i) usleep(100'000);
  expect_profile(file);
  EXPECT_THAT(names_in(dir_.path()), ElementsAre(MatchesRegex("bucketprof\\..*"), "out.pb.gz"));
}

TEST_F(RunPlaces, FollowedProcessesWithoutAProfileAreNamed) {
  if (testing_support::kSanitized) GTEST_SKIP() << "the shell needs the agent, which is not built";
  const auto ended = tool({"run", "--follow-children", "-o", "out.pb.gz", "--", "bash", "-c",
                           kPlain + " stay; bash -c 'exec " + kStatic + "'; true"},
                          dir_);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.err,
              HasSubstr("bash): another program took its place, or it was killed at once with its keeper\n"));
  EXPECT_THAT(names_in(dir_.path()), ElementsAre(MatchesRegex("out\\.[0-9]+\\.pb\\.gz"), "out.pb.gz"));
}

TEST_F(RunPlaces, NumberedProfilesAreInSightWhileTheProgramRuns) {
  testing_support::Launch launch{
      {kTool, "run", "-o", "out.pb.gz", "--", kLinked, "sleep", (dir_ / "out.1.pb.gz").native()},
      {"TMPDIR=" + dir_.path().native(), "BUCKETPROF_EVERY=1"}};
  launch.directory = dir_.path();
  const auto ended = testing_support::run(launch);
  EXPECT_EQ(ended.status, 0) << ended.err;  // the program has waited for the file
  EXPECT_EQ(ended.out, "1000\n");
  expect_profile(dir_ / "out.1.pb.gz");
  expect_profile(dir_ / "out.pb.gz");
}

// The profile of the last run must not be taken for that of a run that died.
TEST_F(RunPlaces, ARunThatDiesLeavesNoOldProfile) {
  ASSERT_TRUE(write_file(dir_ / "out.pb.gz", "old").ok());
  const auto ended = tool({"run", "-o", "out.pb.gz", "--", kLinked, "abort"}, dir_);
  EXPECT_EQ(ended.status, 128 + 6);
  EXPECT_NE(read_file(dir_ / "out.pb.gz").ok() ? *read_file(dir_ / "out.pb.gz") : "", "old");
  ASSERT_TRUE(write_file(dir_ / "out.pb.gz", "old").ok());
  const auto refused = tool({"run", "-o", "out.pb.gz", "--", "bucketprof-no-such-program"}, dir_);
  expect_one_line_error(refused);
  EXPECT_TRUE(fs::exists(dir_ / "out.pb.gz")) << "nothing ran";
  testing_support::Launch launch{{kLinked, "abort"}, {"BUCKETPROF_OUTPUT=out.pb.gz"}};
  launch.directory = dir_.path();
  EXPECT_EQ(testing_support::run(launch).signal, 6);
  EXPECT_FALSE(fs::exists(dir_ / "out.pb.gz"));
}

}  // namespace
}  // namespace bucketprof::cli
