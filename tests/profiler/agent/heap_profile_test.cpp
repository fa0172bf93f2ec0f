// SPDX-License-Identifier: Apache-2.0
#include "profiler/agent/heap_profile.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "profiler/agent/blocks.h"
#include "profiler/model/validate.h"
#include "profiler/record/recorder.h"
#include "tests/support/agent.h"
#include "tests/support/profile_file.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::agent {
namespace {

alignas(16) std::array<char, 64> some_block;

TEST(HeapProfile, BlocksHaveNoTableAndASlackOfNothing) {
  record::recorder().start({});
  if (is_due(48)) on_allocation(&some_block, 48);
  describe("gperftools 2.10", 1234);  // no code of an allocator is on this stack
  const testing_support::TempDir dir;
  const Status written = write_heap_profile({.path = dir / "p.pb.gz"}, At::kNow);
  ASSERT_TRUE(written.ok()) << written.error();
  on_free(&some_block);
  const model::Profile profile = testing_support::read_profile(dir / "p.pb.gz");
  const Status valid = model::validate_ours(profile);
  EXPECT_TRUE(valid.ok()) << (valid.ok() ? "" : valid.error());
  EXPECT_EQ(testing_support::comment_of(profile, model::kCommentAgent),
            "bucketprof.agent version=0.1.0 allocator=gperftools-2.10 unseen_bytes=1234");
  int found = 0;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    if (tests::label_number(profile, i, model::kLabelBytes) != 48) continue;
    ++found;
    EXPECT_EQ(profile.labels(i).size(), 1U);
    EXPECT_EQ(profile.values(i)[model::kAllocSlack], 0);
    EXPECT_EQ(profile.values(i)[model::kInuseSpace], 48);
    EXPECT_GE(profile.samples[i].frame_count, 1U) << "in one program agent and caller are one mapping: a frame stays";
  }
  EXPECT_EQ(found, 1);
}

TEST(HeapProfile, AFileThatCannotBeWrittenIsAnError) {
  const Status written = write_heap_profile({.path = "/proc/p.pb.gz"}, At::kPeak);
  ASSERT_FALSE(written.ok());
  EXPECT_NE(written.error().find("/proc/p.pb.gz"), std::string::npos);
}

}  // namespace
}  // namespace bucketprof::agent
