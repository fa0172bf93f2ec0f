// SPDX-License-Identifier: Apache-2.0
//
// load(): reads, symbolizes, prunes and merges; and each way in which that can fail.
#include "profiler/cli/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "profiler/base/file.h"
#include "profiler/pprof/pprof.h"
#include "tests/support/sample_profile.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::cli {
namespace {

using testing::HasSubstr;

class Load : public testing::Test {
 protected:
  std::string put(const std::string& name, const model::Profile& profile) const {
    EXPECT_TRUE(write_file(dir_ / name, pprof::encode(profile)).ok());
    return dir_ / name;
  }
  testing_support::TempDir dir_;
};

TEST_F(Load, OneFile) {
  const auto profile = load({put("a", testing_support::sample_profile())});
  ASSERT_TRUE(profile.ok()) << profile.error();
  EXPECT_EQ(profile->samples.size(), 3U);
}

TEST_F(Load, SeveralFilesAreAddedUp) {
  const std::string file = put("a", testing_support::sample_profile());
  const auto profile = load({file, file});
  ASSERT_TRUE(profile.ok()) << profile.error();
  ASSERT_EQ(profile->samples.size(), 3U);
  std::int64_t bytes = 0;
  for (std::size_t i = 0; i < 3; ++i) bytes += profile->values(i)[model::kAllocSpace];
  EXPECT_EQ(bytes, 20000);
}

TEST_F(Load, ProfilerFramesAreTakenOut) {
  model::Builder builder = model::Builder::ours(1);
  const auto mapping = builder.mapping({0x1000, 0x100000, 0, builder.string("/bin/x"), 0, true, true, true, true});
  const auto stack = testing_support::add_stack(
      builder, mapping,
      {{"bucketprof::record::note(void*)", "r.cpp", 1}, {testing_support::kMakeArray, "m.h", 2}, {"main", "m.cpp", 3}});
  builder.sample(stack, {}, std::array<std::int64_t, 6>{1, 8, 1, 8, 0, 0});
  const auto profile = load({put("a", std::move(builder).finish())});
  ASSERT_TRUE(profile.ok()) << profile.error();
  EXPECT_EQ(profile->stack(0).size(), 2U);
}

TEST_F(Load, ErrorsNameTheFile) {
  ASSERT_TRUE(write_file(dir_ / "text", "this is no profile").ok());
  ASSERT_TRUE(write_file(dir_ / "empty", "").ok());
  const std::string good = put("good", testing_support::sample_profile());
  for (const char* name : {"text", "empty", "missing", "."}) {
    const std::string file = dir_ / name;
    const auto profile = load({good, file});
    ASSERT_FALSE(profile.ok()) << name;
    EXPECT_THAT(profile.error(), HasSubstr(file));
  }
}

TEST_F(Load, ProfilesOfOtherTypesDoNotMerge) {
  model::Profile other;
  other.strings = {"", "samples", "count"};
  other.sample_types = {{1, 2}};
  const auto profile = load({put("a", testing_support::sample_profile()), put("b", other)});
  ASSERT_FALSE(profile.ok());
  EXPECT_THAT(profile.error(), HasSubstr("cannot merge"));
}

}  // namespace
}  // namespace bucketprof::cli
