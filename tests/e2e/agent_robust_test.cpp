// SPDX-License-Identifier: Apache-2.0
//
// Programs that are hard for the agent: in every run their output and end are those without it, and the profile is
// complete. Three runs of each; two hundred with BUCKETPROF_LONG=1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "profiler/model/validate.h"
#include "tests/support/agent.h"
#include "tests/support/process.h"
#include "tests/support/profile_file.h"
#include "tests/support/sanitized.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::e2e {
namespace {

using namespace testing_support;
using testing::HasSubstr;
using testing::MatchesRegex;

const std::string kPrograms = BUCKETPROF_BINARY_DIR "/programs/";

class AgentRobust : public testing::Test {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << "sanitizers and the agent both replace malloc";
  }
  static int runs() { return std::getenv("BUCKETPROF_LONG") != nullptr ? 200 : 3; }
  [[nodiscard]] std::string output() const { return (dir_ / "p.pb.gz").string(); }

  /// Expects a valid profile without losses that has at least this many blocks.
  static void expect_whole(const std::string& path, std::int64_t least_blocks) {
    const model::Profile profile = read_profile(path);
    const Status valid = model::validate_ours(profile);
    EXPECT_TRUE(valid.ok()) << (valid.ok() ? "" : valid.error());
    EXPECT_GE(all_values(profile)[model::kAllocObjects], least_blocks);
    EXPECT_THAT(comment_of(profile, model::kCommentLosses),
                HasSubstr("blocks=0 bytes=0 nested=0 frees=0 tables=0 truncated_stacks=0 stack_mismatches=0"));
  }

  void expect_unharmed(const Launch& bare, std::int64_t least_blocks) {
    const Ended plain = run(bare);
    ASSERT_EQ(plain.status, 0) << plain.err;
    for (int i = 0; i < runs(); ++i) {
      SCOPED_TRACE(i);
      std::filesystem::remove(output());
      Launch launch = bare;
      launch.settings = under_agent(output());
      launch.settings.push_back("BUCKETPROF_AUDIT_INTERVAL=97");
      const Ended ended = run(launch);
      EXPECT_EQ(ended, plain);
      ASSERT_NO_FATAL_FAILURE(expect_whole(output(), least_blocks));
      if (HasFailure()) return;
    }
  }

  TempDir dir_;
};

TEST_F(AgentRobust, Threads) { expect_unharmed({.words = {kPlainGuest, "threads", "50"}}, 40'000); }

TEST_F(AgentRobust, ThreadsThatFreeAsTheyEndLeaveNothingBehind) {
  ASSERT_EQ(run({.words = {kPlainGuest, "threads", "300"}, .settings = under_agent(output())}).status, 0);
  const std::string comment = comment_of(read_profile(output()), model::kCommentMemory);
  const std::size_t at = comment.find("threads=");
  ASSERT_NE(at, std::string::npos);
  EXPECT_LT(std::stol(comment.substr(at + 8)), 2 << 20) << "2,400 threads, nine at a time, of some 60 KiB each";
}

TEST_F(AgentRobust, Forks) { expect_unharmed({.words = {kPlainGuest, "forks", "2", kPlainGuest}}, 1000); }

TEST_F(AgentRobust, Loading) {
  expect_unharmed({.words = {kPlainGuest, "loads", "5", kPrograms + "plain_loaded.so"}}, 1000);
}

TEST_F(AgentRobust, Signals) { expect_unharmed({.words = {kPlainGuest, "signals", "3"}}, 100); }

TEST_F(AgentRobust, ExitInASignalHandler) {
  int written = 0;
  for (int i = 0; i < 3 * runs(); ++i) {
    std::filesystem::remove(output());
    auto settings = under_agent(output());
    const bool exact = i % 2 == 0;
    settings.emplace_back(exact ? "BUCKETPROF_INTERVAL=1" : "BUCKETPROF_INTERVAL=65536");
    const Ended ended = run({.words = {kPlainGuest, "exit_in_handler"}, .settings = settings});
    ASSERT_EQ(ended.status, 9) << ended.err;
    const bool well = std::filesystem::exists(output());
    if (well) {
      ASSERT_NO_FATAL_FAILURE(expect_whole(output(), exact ? 1 : 0));  // it may end before the first sample
    }
    EXPECT_THAT(ended.err, well ? testing::Matcher<std::string>("")
                                : MatchesRegex("bucketprof: profile not written: the program ended in"
                                               "(side the recorder| a signal handler, inside malloc)\n"));
    written += well ? 1 : 0;
  }
  EXPECT_GT(written, 0);
}

TEST_F(AgentRobust, MakeWithChildrenFollowed) {
  constexpr int kSources = 12;
  std::ofstream(dir_ / "Makefile") << "all: $(patsubst %.c,%.o,$(wildcard *.c))\n%.o: %.c\n\t@cp $< $@; test -s $@\n"
                                      "clean:\n\t@rm -f *.o\n";
  for (int i = 0; i < kSources; ++i) {
    std::ofstream(dir_ / ("s" + std::to_string(i) + ".c")) << "int f" << i << ";\n";
  }
  const std::string folder = (dir_ / "profiles").string();
  for (int i = 0; i < runs(); ++i) {
    std::filesystem::create_directory(folder);
    auto settings = under_agent(folder + "/%p.pb.gz");
    settings.push_back("BUCKETPROF_FOLLOW_CHILDREN=1");
    const Ended made = run({.words = {"make", "-s", "-j", "4"}, .settings = settings, .directory = dir_.path()});
    EXPECT_EQ(made.status, 0) << made.err;
    EXPECT_EQ(made.out + made.err, "");
    int profiles = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      expect_whole(entry.path(), 1);
      ++profiles;
    }
    EXPECT_GE(profiles, 1 + kSources) << "make's, and one of each cp";
    for (int s = 0; s < kSources; ++s) {
      EXPECT_TRUE(std::filesystem::exists(dir_ / ("s" + std::to_string(s) + ".o")));
    }
    std::filesystem::remove_all(folder);
    ASSERT_EQ(run({.words = {"make", "-s", "clean"}, .directory = dir_.path()}).status, 0);
    if (HasFailure()) return;
  }
}

TEST_F(AgentRobust, NumberedProfilesWhileItRuns) {
  auto settings = under_agent(output());
  settings.insert(settings.end(), {"BUCKETPROF_EVERY=1", "BUCKETPROF_SIGNAL=USR2"});
  Process process({.words = {kPlainGuest, "until_told"}, .settings = settings});
  ASSERT_TRUE(process.has_printed("ready"));
  process.send(SIGUSR2);
  const auto number = [this](int n) { return dir_ / ("p." + std::to_string(n) + ".pb.gz"); };
  for (int i = 0; i < 500 && !std::filesystem::exists(number(3)); ++i) usleep(20'000);
  process.send(SIGINT);
  EXPECT_EQ(process.wait().status, 0);
  for (int n = 1; n <= 3; ++n) expect_whole(number(n), 1);
  expect_whole(output(), 1000);
}

}  // namespace
}  // namespace bucketprof::e2e
