// SPDX-License-Identifier: Apache-2.0
#include "profiler/publish/profile_file.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/profile_file.h"
#include "tests/support/temp_dir.h"

namespace bucketprof {
namespace {

TEST(SnapshotFile, HasWhatIsToldBeyondWhatWasRecorded) {
  const testing_support::TempDir dir;
  const Status written = write_snapshot({.path = dir / "p.pb.gz"}, At::kNow, {.comment = "told by the test"});
  ASSERT_TRUE(written.ok()) << written.error();
  const model::Profile profile = testing_support::read_profile(dir / "p.pb.gz");
  EXPECT_TRUE(std::any_of(profile.comments.begin(), profile.comments.end(),
                          [&](model::StringId comment) { return profile.str(comment) == "told by the test"; }));
}

TEST(SnapshotFile, TheLastOneIsLikeTheOthers) {
  const testing_support::TempDir dir;
  for (const char* name : {"first.pb.gz", "last.pb.gz"}) {
    ASSERT_TRUE(write_snapshot({.path = dir / name}, At::kNow).ok());
    EXPECT_FALSE(testing_support::read_profile(dir / name).comments.empty()) << name;
    keep_memory();
  }
}

TEST(SnapshotFile, AFileThatCannotBeWrittenIsAnErrorThatNamesIt) {
  const Status written = write_snapshot({.path = "/proc/p.pb.gz"}, At::kPeak);
  ASSERT_FALSE(written.ok());
  EXPECT_NE(written.error().find("/proc/p.pb.gz"), std::string::npos);
}

}  // namespace
}  // namespace bucketprof
