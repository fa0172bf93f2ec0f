// SPDX-License-Identifier: Apache-2.0
//
// Which allocator a profile says is behind the agent.
#include "profiler/agent/allocator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/agent.h"
#include "tests/support/process.h"
#include "tests/support/profile_file.h"
#include "tests/support/sanitized.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::agent {
namespace {

using namespace testing_support;

TEST(AgentAllocator, IsSaid) {
  if (kSanitized) GTEST_SKIP() << "sanitizers and the agent both replace malloc";
  const TempDir dir;
  const std::string output = dir / "p.pb.gz";
  const std::vector<std::string> expected{"glibc-2.*", "gperftools-2.*", "jemalloc-5.*", "mimalloc-[23].*"};
  for (std::size_t i = 0; i < kAllocators.size(); ++i) {
    const Ended ended = run({.words = {kPlainGuest, "return"}, .settings = under_agent(output, "", kAllocators[i])});
    EXPECT_EQ(ended.status, 0);
    EXPECT_EQ(ended.err, "");
    const model::Profile profile = read_profile(output);
    const auto agent = model::read_agent(comment_of(profile, model::kCommentAgent));
    ASSERT_TRUE(agent.has_value());
    EXPECT_THAT(agent->allocator, testing::MatchesRegex(expected[i]));
    EXPECT_EQ(agent->unseen_bytes.has_value(), !kAllocators[i].starts_with("libmimalloc"));
    EXPECT_GT(all_values(profile)[model::kAllocObjects], 0);
  }
}

}  // namespace
}  // namespace bucketprof::agent
