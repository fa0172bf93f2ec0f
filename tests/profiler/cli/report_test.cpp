// SPDX-License-Identifier: Apache-2.0
//
// The verb `report` of the real tool: formats, filters, and damaged input.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "profiler/base/file.h"
#include "profiler/pprof/pprof.h"
#include "tests/profiler/cli/tool_process.h"
#include "tests/support/sample_profile.h"

namespace bucketprof::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class ReportVerb : public testing::Test {
 protected:
  void SetUp() override { put("good.pb.gz", pprof::encode(testing_support::sample_profile())); }
  void put(const std::string& name, const std::string& bytes) const {
    ASSERT_TRUE(write_file(dir_ / name, bytes).ok());
  }
  testing_support::TempDir dir_;
};

TEST_F(ReportVerb, Text) {
  const auto ended = tool({"report", "good.pb.gz"}, dir_);
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.err, "");
  EXPECT_THAT(ended.out, HasSubstr("prices (go_map)"));
  EXPECT_THAT(ended.out, HasSubstr("> shop::load_prices"));
  EXPECT_THAT(ended.out, Not(HasSubstr("\x1b")));  // not a terminal
}

TEST_F(ReportVerb, JsonIsCompleteUnlessTopIsGiven) {
  const auto all = tool({"report", "--format", "json", "good.pb.gz"}, dir_);
  EXPECT_EQ(nlohmann::json::parse(all.out)["tables"].size(), 2U);
  const auto first = tool({"report", "--format=json", "--top=1", "good.pb.gz"}, dir_);
  EXPECT_EQ(nlohmann::json::parse(first.out)["tables"].size(), 1U);
}

TEST_F(ReportVerb, HtmlIsOneCompletePage) {
  const auto all = tool({"report", "--format", "html", "good.pb.gz"}, dir_);
  EXPECT_EQ(all.status, 0);
  EXPECT_EQ(all.err, "");
  EXPECT_TRUE(all.out.starts_with("<!DOCTYPE html>"));
  EXPECT_THAT(all.out, HasSubstr("orders"));
  const auto first = tool({"report", "--format=html", "--top=1", "good.pb.gz"}, dir_);
  EXPECT_THAT(first.out, HasSubstr("\"omitted\":{\"findings\":0,\"notes\":0,\"tables\":1,\"sites\":1}"));
}

TEST_F(ReportVerb, Markdown) {
  const auto ended = tool({"report", "--format", "markdown", "good.pb.gz"}, dir_);
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.out, HasSubstr("## Hash table memory of server\n"));
}

TEST_F(ReportVerb, Thresholds) {
  for (const char* good : {"min_bytes=1MiB", "min_bytes=0", "min_share=0.5", "tiny_tables=10"}) {
    EXPECT_EQ(tool({"report", "--threshold", good, "good.pb.gz"}, dir_).status, 0) << good;
  }
  for (const char* bad :
       {"min_bytes", "min_bytes=", "min_bytes=x", "size=1", "min_share=-1", "min_share=1x", "=1", ""}) {
    const auto ended = tool({"report", "--threshold", bad, "good.pb.gz"}, dir_);
    EXPECT_EQ(ended.status, 2) << bad;
    EXPECT_THAT(ended.err, HasSubstr("NAME=NUMBER is needed, NAME one of min_bytes, ")) << bad;
    EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1) << bad;
  }
}

// One profile is by Go 1.19's runtime, of a map that grew to 100,000 entries; one is by gperftools, of a 38 MiB table.
TEST_F(ReportVerb, ForeignProfilesShowWhatTheyCanAndHaveNoFindings) {
  std::filesystem::copy_file(BUCKETPROF_TEST_DATA "/profiler/cli/data/go_heap.pb.gz", dir_ / "go.pb.gz");
  put("legacy.heap",
      "heap profile:      2: 40108160 [     3: 40134448] @ heapprofile\n"
      "     1: 40108032 [     1: 40108032] @ 0x55b2e685065a 0x55b2e68521a0\n"
      "     1:      128 [     2:    26416] @ 0x55b2e685058b 0x55b2e684f453\n"
      "\nMAPPED_LIBRARIES:\n"
      "55b2e6800000-55b2e68a0000 r-xp 00000000 08:01 1234 /no/such/server\n");
  const std::map<std::string, std::string> expected{{"go.pb.gz", "> main.fill  heap.go:"},
                                                    {"legacy.heap", "> server+0x50659"}};
  for (const auto& [file, part] : expected) {
    const auto ended = tool({"report", file}, dir_);
    EXPECT_EQ(ended.status, 0) << file;
    EXPECT_THAT(ended.out, HasSubstr(part)) << file;
    EXPECT_THAT(ended.out, HasSubstr("missing   tables and findings: no sample has a `table` label")) << file;
    EXPECT_THAT(ended.out, HasSubstr("missing   values of alloc_slack, inuse_slack")) << file;
    EXPECT_THAT(ended.out, Not(HasSubstr("FINDINGS"))) << file;
    const auto page = nlohmann::json::parse(tool({"report", "--format=json", file}, dir_).out);
    EXPECT_TRUE(page["findings"].empty()) << file;
    EXPECT_FALSE(page["sites"].empty()) << file;
    EXPECT_THAT(tool({"report", "--format=markdown", file}, dir_).out, HasSubstr("### Sites")) << file;
  }
}

TEST_F(ReportVerb, Filters) {
  const auto table = tool({"report", "good.pb.gz", "--table", "^ord"}, dir_);
  EXPECT_THAT(table.out, HasSubstr("orders (std_node)"));
  EXPECT_THAT(table.out, Not(HasSubstr("prices (go_map)")));
  const auto site = tool({"report", "good.pb.gz", "--site", "load_"}, dir_);
  EXPECT_THAT(site.out, HasSubstr("> shop::load_prices"));
  EXPECT_THAT(site.out, Not(HasSubstr("> shop::Orders::add")));
}

TEST_F(ReportVerb, SeveralFilesCountAsOne) {
  const auto ended = tool({"report", "good.pb.gz", "good.pb.gz"}, dir_);
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.out, HasSubstr("(20,000 bytes) in 126 blocks"));
}

TEST_F(ReportVerb, BadInputIsOneLineAndCode2) {
  const std::string good = pprof::encode(testing_support::sample_profile());
  put("empty", "");
  put("garbage", "garbage\nand more of it\n");
  put("truncated.pb.gz", good.substr(0, good.size() / 2));
  std::string flipped = good;
  flipped[good.size() / 2] = static_cast<char>(flipped[good.size() / 2] ^ 0x55);
  put("flipped.pb.gz", flipped);
  std::filesystem::create_directory(dir_ / "folder");
  for (const char* name : {"empty", "garbage", "truncated.pb.gz", "flipped.pb.gz", "folder", "missing"}) {
    SCOPED_TRACE(name);
    const auto ended = tool({"report", name}, dir_);
    expect_one_line_error(ended);
    EXPECT_THAT(ended.err, HasSubstr(name));
  }
}

TEST_F(ReportVerb, BadExpressionsAreOneLineAndCode2) {
  for (const char* option : {"--table", "--site"}) {
    const auto ended = tool({"report", "good.pb.gz", option, "("}, dir_);
    expect_one_line_error(ended);
    EXPECT_THAT(ended.err, HasSubstr("regular expression '('"));
  }
}

TEST_F(ReportVerb, AFullDiskIsOneLineAndCode2) {
  const auto ended = testing_support::run({{"sh", "-c", kTool + " report good.pb.gz > /dev/full"},
                                           {},
                                           std::chrono::seconds(60),
                                           testing_support::Stderr::kFile,
                                           std::nullopt,
                                           dir_.path()});
  expect_one_line_error(ended);
  EXPECT_THAT(ended.err, HasSubstr("standard output"));
}

}  // namespace
}  // namespace bucketprof::cli
