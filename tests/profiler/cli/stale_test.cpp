// SPDX-License-Identifier: Apache-2.0
//
// A profile of another build of its program is not checked, whatever the policy says.
#include "profiler/cli/stale.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "profiler/base/file.h"
#include "profiler/symbolize/debug_file.h"
#include "tests/profiler/cli/tool_process.h"

namespace bucketprof::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

model::Profile profile_of(const std::string& file, const std::string& build_id) {
  model::Profile profile;
  profile.strings.push_back(file);
  profile.strings.push_back(build_id);
  profile.mappings.push_back({.start = 4096, .limit = 8192, .file = 1, .build_id = build_id.empty() ? 0U : 2U});
  return profile;
}

TEST(Stale, IsAProgramWithAnotherBuildId) {
  const std::string id = symbolize::build_id_of(kGuest);
  ASSERT_NE(id, "");
  EXPECT_EQ(stale_build(profile_of(kGuest, id)), "");
  EXPECT_THAT(stale_build(profile_of(kGuest, "00ff")),
              testing::AllOf(HasSubstr(kGuest), HasSubstr(id), HasSubstr("00ff"), HasSubstr("run the program again")));
  EXPECT_EQ(stale_build(profile_of(kGuest, "")), "") << "not known";
  EXPECT_EQ(stale_build(profile_of("/nowhere/program", "00ff")), "") << "of another machine";
  EXPECT_EQ(stale_build(profile_of("[vdso]", "00ff")), "");
  EXPECT_EQ(stale_build(model::Profile()), "");
}

TEST(Stale, IsNotChecked) {
  const testing_support::TempDir dir;
  const fs::path program = dir / "program";
  fs::copy_file(kTables, program);
  ASSERT_TRUE(write_file(dir / "policy.toml", "[total]\nalloc_space = { max = '1 GiB' }\n").ok());
  ASSERT_EQ(tool({"run", "-o", "p.pb.gz", "--", program, "100"}, dir).status, 0);
  const std::vector<std::string> words{"check", "p.pb.gz", "--policy", "policy.toml"};
  EXPECT_EQ(tool(words, dir).status, 0);
  fs::copy_file(kGuest, program, fs::copy_options::overwrite_existing);
  const auto ended = tool(words, dir);
  expect_one_line_error(ended);
  EXPECT_THAT(ended.err, HasSubstr("cannot check: p.pb.gz: it is not of the program that is there now"));
  fs::remove(program);
  EXPECT_EQ(tool(words, dir).status, 0) << "checked on another machine";
}

}  // namespace
}  // namespace bucketprof::cli
