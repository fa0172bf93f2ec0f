// SPDX-License-Identifier: Apache-2.0
//
// The agent as a whole, preloaded into programs: its symbols and dependencies, when it is inactive, and its messages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/support/agent.h"
#include "tests/support/process.h"
#include "tests/support/profile_file.h"
#include "tests/support/sanitized.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::agent {
namespace {

using namespace testing_support;
using testing::HasSubstr;
using testing::Not;

const std::string kPrograms = BUCKETPROF_BINARY_DIR "/programs/";

class Agent : public testing::Test {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << "sanitizers and the agent both replace malloc";
  }
  [[nodiscard]] std::string output() const { return (dir_ / "p.pb.gz").string(); }
  [[nodiscard]] Ended under(std::vector<std::string> words, std::vector<std::string> more = {}) const {
    auto settings = under_agent(output());
    settings.insert(settings.end(), more.begin(), more.end());
    return run({.words = std::move(words), .settings = settings});
  }
  TempDir dir_;
};

TEST_F(Agent, AsksForNoThreadLocalMemoryLater) {
  const Ended relocations = run({.words = {"readelf", "-rW", kAgent}});
  EXPECT_THAT(relocations.out, HasSubstr("R_X86_64_TPOFF64"));
  EXPECT_THAT(relocations.out, Not(HasSubstr("R_X86_64_DTPMOD64"))) << "a first access would call malloc, in malloc";
}

TEST_F(Agent, LeavesExceptionsToLibgcc) {
  const Ended needed = run({.words = {"readelf", "-dW", kAgent}});
  const std::size_t libgcc = needed.out.find("[libgcc_s.so.1]");
  const std::size_t libunwind = needed.out.find("[libunwind");
  ASSERT_NE(libgcc, std::string::npos);
  EXPECT_LT(libgcc, libunwind) << "who comes first has _Unwind_RaiseException";
  EXPECT_THAT(needed.out, Not(HasSubstr("libfmt")));
  const Ended bound = under({kPrograms + "program_plain_guest", "return"}, {"LD_DEBUG=bindings"});
  EXPECT_THAT(bound.err, Not(testing::ContainsRegex("to [^ ]*libunwind[^ ]* [^\n]*_Unwind_")));
}

TEST_F(Agent, DoesNothingUnasked) {
  const Ended ended = run({.words = {kPlainGuest, "return"}, .settings = {under_agent("")[0]}});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.err, "");
}

TEST_F(Agent, StepsBackBeforeTheProgramsOwnRecorder) {
  const Ended ended = under({kPrograms + "program_tables", "1000"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.err, "");
  const model::Profile profile = read_profile(output());
  EXPECT_EQ(comment_of(profile, model::kCommentAgent), "");
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    EXPECT_NE(tests::label_text(profile, i, model::kLabelTable), "");
  }
  EXPECT_GT(all_values(profile)[model::kAllocObjects], 0);
}

TEST_F(Agent, IsNotDisturbedByARecorderThatComesLater) {
  const Ended ended = under({kPlainGuest, "linked", "1", kPrograms + "plain_linked.so"});
  EXPECT_EQ(ended.out, "100\n");
  EXPECT_EQ(ended.err, "");
  const model::Profile profile = read_profile(output());
  EXPECT_NE(comment_of(profile, model::kCommentAgent), "");
  EXPECT_GT(all_values(profile)[model::kAllocObjects], 100) << "the library's nodes, too";
}

TEST_F(Agent, ChildrenAreLeftAlone) {
  const Ended child = under({"env", kPlainGuest, "environment"});
  EXPECT_EQ(child.out, "none|none\n");
  EXPECT_FALSE(std::filesystem::exists(output()));
  const Ended forked = under({kPlainGuest, "forks", "1"});
  EXPECT_EQ(forked.status, 0);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir_.path()), {}), 1) << "forked children write nothing";
}

TEST_F(Agent, ChildrenAreFollowedIfAsked) {
  const Ended forked = under({kPlainGuest, "forks", "1", kPlainGuest}, {"BUCKETPROF_FOLLOW_CHILDREN=1"});
  EXPECT_EQ(forked.status, 0);
  EXPECT_EQ(forked.err, "");
  // Of every four of the 20 children, one executes a program, one calls exit, and two call _exit.
  const auto files = std::distance(std::filesystem::directory_iterator(dir_.path()), {});
  EXPECT_GE(files, 1 + 5);
}

TEST_F(Agent, SaysThatNothingWasSeen) {
  const Ended ended = under({kPrograms + "program_plain_own_malloc"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.out, "4950\n");
  EXPECT_EQ(ended.err, "bucketprof: nothing was recorded: the program does not call the agent: malloc is that of " +
                           kPrograms + "program_plain_own_malloc\n");
  EXPECT_FALSE(std::filesystem::exists(output()));
}

TEST_F(Agent, AProgramThatAllocatesNothingHasAnEmptyProfile) {
  const Ended ended = under({"true"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(all_values(read_profile(output()))[model::kAllocObjects], 0);
}

TEST_F(Agent, ItsOwnKeyIsNoLoss) {
  auto settings = under_agent(output());
  settings[0] += ":" + kPrograms + "plain_keys.so";
  const Ended ended = run({.words = {kPlainGuest, "threads", "20"}, .settings = settings});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.err, "");
  const model::Profile profile = read_profile(output());
  EXPECT_THAT(comment_of(profile, model::kCommentLosses), HasSubstr(" nested=0 "));
  EXPECT_GT(all_values(profile)[model::kAllocObjects], 0);
}

TEST_F(Agent, StacksBeginAtTheCaller) {
  ASSERT_EQ(under({kPlainSites, "100"}).status, 0);
  const model::Profile profile = read_profile(output());
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    const model::MappingId mapping = profile.locations[profile.stack(i)[0]].mapping;
    ASSERT_NE(mapping, model::kNone);
    const std::string_view file = profile.str(profile.mappings[mapping].file);
    EXPECT_EQ(file.find("tcmalloc"), std::string_view::npos) << file;
    EXPECT_EQ(file.find("bucketprof_agent"), std::string_view::npos) << file;
  }
}

}  // namespace
}  // namespace bucketprof::agent
