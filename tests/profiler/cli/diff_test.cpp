// SPDX-License-Identifier: Apache-2.0
//
// The verb `diff` of the real tool.
#include "profiler/compare/diff.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "profiler/base/file.h"
#include "profiler/compare/baseline.h"
#include "tests/profiler/cli/tool_process.h"
#include "tests/support/costs.h"

namespace bucketprof::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class DiffVerb : public testing::Test {
 protected:
  void SetUp() override {
    put("base.json", {{"users", "load", 2, 100'000}, {"carts", "fill", 1, 5'000}});
    put("now.json", {{"users", "load", 3, 250'000}, {"carts", "fill", 1, 5'000}});
  }
  void put(const std::string& name, const std::vector<testing_support::Made>& sites, std::int64_t interval = 1) const {
    ASSERT_TRUE(write_file(dir_ / name, compare::write_baseline(testing_support::costs_of(sites, interval))).ok());
  }
  testing_support::TempDir dir_;
};

TEST_F(DiffVerb, ShowsWhatChanged) {
  const auto ended = tool({"diff", "base.json", "now.json"}, dir_);
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.err, "");
  EXPECT_THAT(ended.out, HasSubstr("users"));
  EXPECT_THAT(ended.out, HasSubstr("load"));
  EXPECT_THAT(ended.out, Not(HasSubstr("carts")));
  EXPECT_THAT(ended.out, Not(HasSubstr("\x1b")));
}

TEST_F(DiffVerb, Formats) {
  const auto markdown = tool({"diff", "--format=markdown", "base.json", "now.json"}, dir_);
  EXPECT_EQ(markdown.status, 0);
  EXPECT_THAT(markdown.out, HasSubstr("| "));
  const auto json = nlohmann::json::parse(tool({"diff", "--format=json", "base.json", "now.json"}, dir_).out);
  EXPECT_EQ(json["sites"].size(), 1U);
  const auto filtered = tool({"diff", "--format=json", "--table=carts", "base.json", "now.json"}, dir_);
  EXPECT_EQ(nlohmann::json::parse(filtered.out)["tables"].size(), 0U);
}

TEST_F(DiffVerb, EqualFilesHaveNoDifference) {
  const auto ended = tool({"diff", "base.json", "base.json"}, dir_);
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.out, Not(HasSubstr("users")));
}

TEST_F(DiffVerb, WhatCannotBeComparedIsOneLine) {
  put("sampled.json", {{"users", "load", 2, 100'000}}, 65536);
  const auto other = tool({"diff", "base.json", "sampled.json"}, dir_);
  expect_one_line_error(other);
  EXPECT_THAT(other.err, HasSubstr("base.json and sampled.json: one is exact, the other sampled every 65536 bytes"));
  expect_one_line_error(tool({"diff", "base.json"}, dir_));
  expect_one_line_error(tool({"diff", "base.json", "missing.json"}, dir_));
  expect_one_line_error(tool({"diff", "base.json", "now.json", "--table=(("}, dir_));
  expect_one_line_error(tool({"diff", "base.json", "now.json", "--format=html"}, dir_));
}

}  // namespace
}  // namespace bucketprof::cli
