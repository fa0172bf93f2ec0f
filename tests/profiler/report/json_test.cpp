// SPDX-License-Identifier: Apache-2.0
//
// The JSON report parsed again, field by field, and against the list of fields in its documentation.
#include "profiler/report/json.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/support/sample_profile.h"

namespace bucketprof::report {
namespace {

using Json = nlohmann::json;

Json page(const Options& options = {}) {
  return Json::parse(json(analyze::analyze(testing_support::sample_profile()), options));
}

TEST(Json, HoldsTheWholeAnalysis) {
  Options options;
  options.files = {"a.pb.gz"};
  const Json report = page(options);
  EXPECT_EQ(report["version"], kJsonVersion);
  EXPECT_EQ(report["tool"]["name"], "bucketprof");
  EXPECT_EQ(report["profile"]["files"], Json({"a.pb.gz"}));
  EXPECT_EQ(report["profile"]["program"], "/opt/shop/bin/server");
  EXPECT_EQ(report["profile"]["interval"], 1);
  EXPECT_EQ(report["profile"]["moments"][0]["at"], "peak");
  EXPECT_EQ(report["profile"]["losses"]["stacks"], 2);
  EXPECT_EQ(report["missing"], Json::array());
  EXPECT_EQ(report["totals"]["alloc_space"], 10000);
  ASSERT_EQ(report["tables"].size(), 2U);
  EXPECT_EQ(report["tables"][0]["table"], "prices");
  EXPECT_EQ(report["tables"][0]["values"]["inuse_slack"], 560);
  EXPECT_EQ(report["tables"][0]["parts"][1]["name"], "overflow");
  EXPECT_EQ(report["tables"][0]["causes"][0]["values"]["alloc_objects"], 3);
  ASSERT_EQ(report["sites"].size(), 2U);
  EXPECT_EQ(report["sites"][0]["caller"]["function"], "shop::load_prices(std::string const&)");
  EXPECT_EQ(report["sites"][0]["caller"]["line"], 42);
  EXPECT_EQ(report["sites"][0]["stack"].size(), 3U);
  EXPECT_EQ(report["sites"][0]["stack"][0]["function"], testing_support::kMakeArray);
}

TEST(Json, SaysHowManyRowsItLeavesOut) {
  Options options;
  options.top = 1;
  const Json report = page(options);
  EXPECT_EQ(report["tables"].size(), 1U);
  EXPECT_EQ(report["omitted"]["tables"], 1);
  EXPECT_EQ(report["omitted"]["sites"], 1);
}

TEST(Json, BadUtf8IsReplaced) {
  Options options;
  options.files = {"a\xff.pb"};
  EXPECT_EQ(page(options)["profile"]["files"][0], "a\xef\xbf\xbd.pb");
}

void collect_names(const Json& value, std::set<std::string>& names) {
  for (const auto& [key, inner] : value.items()) {
    if (value.is_object()) names.insert(key);
    if (inner.is_structured() && key != "losses") collect_names(inner, names);
  }
}

TEST(Json, EveryFieldIsDocumented) {
  std::ifstream file(std::string(BUCKETPROF_TEST_DATA) + "/../docs/report_json.md");
  std::stringstream documentation;
  documentation << file.rdbuf();
  std::set<std::string> names;
  collect_names(page(), names);
  EXPECT_GT(names.size(), 25U);
  for (const std::string& name : names)
    EXPECT_NE(documentation.str().find("`" + name + "`"), std::string::npos) << name;
}

}  // namespace
}  // namespace bucketprof::report
