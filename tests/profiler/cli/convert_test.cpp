// SPDX-License-Identifier: Apache-2.0
//
// The verb `convert` of the real tool: each format, read back; merging; and that a failure writes nothing.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "profiler/base/file.h"
#include "profiler/pprof/pprof.h"
#include "profiler/pprof/read.h"
#include "tests/profiler/cli/tool_process.h"
#include "tests/support/sample_profile.h"

namespace bucketprof::cli {
namespace {

using testing::HasSubstr;

class ConvertVerb : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(write_file(dir_ / "in.pb.gz", pprof::encode(testing_support::sample_profile())).ok());
  }
  std::string content(const std::string& name) const {
    auto bytes = read_file(dir_ / name);
    EXPECT_TRUE(bytes.ok()) << name;
    return bytes.ok() ? *bytes : "";
  }
  testing_support::TempDir dir_;
};

TEST_F(ConvertVerb, Pprof) {
  EXPECT_EQ(tool({"convert", "in.pb.gz", "--to", "pprof", "-o", "out.pb.gz"}, dir_).status, 0);
  EXPECT_EQ(content("out.pb.gz"), content("in.pb.gz"));
  const auto piped = tool({"convert", "in.pb.gz", "--to", "pprof"}, dir_);
  EXPECT_EQ(piped.out, content("in.pb.gz"));
}

TEST_F(ConvertVerb, SeveralFilesMerge) {
  EXPECT_EQ(tool({"convert", "in.pb.gz", "in.pb.gz", "--to", "pprof", "-o", "out.pb.gz"}, dir_).status, 0);
  const auto profile = pprof::decode(content("out.pb.gz"));
  ASSERT_TRUE(profile.ok());
  std::int64_t bytes = 0;
  for (std::size_t i = 0; i < profile->samples.size(); ++i) bytes += profile->values(i)[model::kAllocSpace];
  EXPECT_EQ(bytes, 20000);
}

TEST_F(ConvertVerb, Legacy) {
  const auto ended = tool({"convert", "in.pb.gz", "--to", "legacy"}, dir_);
  EXPECT_EQ(ended.status, 0);
  const auto profile = pprof::read_any(ended.out);
  ASSERT_TRUE(profile.ok()) << profile.error();
  EXPECT_THAT(ended.out, testing::ContainsRegex("heap profile: +16: +3500 \\[ +63: +10000\\] @ heapprofile"));
}

TEST_F(ConvertVerb, FoldedOfTheDefaultOrAChosenType) {
  const auto inuse = tool({"convert", "in.pb.gz", "--to", "folded"}, dir_);
  EXPECT_THAT(inuse.out, HasSubstr("main;shop::load_prices(std::string const&);" +
                                   std::string(testing_support::kMakeArray) + " 2000\n"));
  const auto alloc = tool({"convert", "in.pb.gz", "--to", "folded", "--sample-index", "alloc_objects"}, dir_);
  EXPECT_THAT(alloc.out, HasSubstr(std::string(testing_support::kMakeArray) + " 3\n"));
}

TEST_F(ConvertVerb, Json) {
  const auto ended = tool({"convert", "in.pb.gz", "--to", "json"}, dir_);
  EXPECT_EQ(nlohmann::json::parse(ended.out)["totals"]["inuse_space"], 3500);
}

TEST_F(ConvertVerb, FailuresAreOneLineAndWriteNothing) {
  const std::vector<std::vector<std::string>> wrong{
      {"in.pb.gz", "--to", "folded", "--sample-index", "cpu", "-o", "out"},
      {"in.pb.gz", "--to", "legacy", "--sample-index", "alloc_space", "-o", "out"},
      {"in.pb.gz", "missing", "--to", "pprof", "-o", "out"},
      {"in.pb.gz", "--to", "pprof", "-o", "nowhere/out"},
      {"in.pb.gz", "--to", "pprof", "-o", "/proc/out"},
      {"in.pb.gz", "--to", "pprof", "-o", "."},
  };
  for (const auto& words : wrong) {
    SCOPED_TRACE(words[words.size() - 3] + " " + words.back());
    std::vector<std::string> all{"convert"};
    all.insert(all.end(), words.begin(), words.end());
    expect_one_line_error(tool(all, dir_));
    EXPECT_THAT(names_in(dir_.path()), testing::ElementsAre("in.pb.gz"));
  }
}

TEST_F(ConvertVerb, AnOldResultSurvivesAFailure) {
  ASSERT_TRUE(write_file(dir_ / "out", "old").ok());
  expect_one_line_error(tool({"convert", "missing", "--to", "pprof", "-o", "out"}, dir_));
  EXPECT_EQ(content("out"), "old");
}

}  // namespace
}  // namespace bucketprof::cli
