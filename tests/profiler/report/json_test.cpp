// SPDX-License-Identifier: Apache-2.0
//
// The JSON report, parsed again: each field, and that its documentation has them all.
#include "profiler/report/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/documented.h"
#include "tests/support/findings_of.h"
#include "tests/support/sample_profile.h"

namespace bucketprof::report {
namespace {

using Json = nlohmann::json;

Json page(const ReportOptions& options = {}) {
  return Json::parse(json(analyze::analyze(testing_support::sample_profile()), options));
}

TEST(Json, HoldsTheWholeAnalysis) {
  ReportOptions options;
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

Json page_with_findings(const ReportOptions& options = {}) {
  testing_support::TableProfile tables;
  tables.blocks(testing_support::absl_array("hint", 2047, 5, 1792), testing_support::at(10), 100, 5, 40, 3);
  tables.blocks(testing_support::absl_array("hint", 2047, 0, 1792, "idle"), testing_support::at(20), 7, 0);
  return Json::parse(json(analyze::analyze(std::move(tables).finish()), options));
}

TEST(Json, HoldsFindings) {
  const Json report = page_with_findings();
  ASSERT_EQ(report["findings"].size(), 2U);
  const Json& over = report["findings"][0];
  EXPECT_EQ(over["id"], "over_preallocated");
  EXPECT_EQ(over["key"], "over_preallocated:t:fill");
  EXPECT_EQ(over["sentence"], "100 tables, whose arrays take up to 1,792 entries, never held more than 5");
  EXPECT_EQ(over["advice"], "reserve(5) here");
  EXPECT_EQ(over["reserve"], 5);
  EXPECT_EQ(over["tables"], Json({"t"}));
  EXPECT_EQ(over["kind"], "absl_flat");
  EXPECT_EQ(over["site"], Json({{"function", "fill()"}, {"file", "/src/f.cpp"}, {"line", 10}}));
  EXPECT_EQ(over["avoidable"], 3468000);
  EXPECT_EQ(over["of"], "alloc_space");
  EXPECT_EQ(over["avoidable_inuse"], 40 * 34680);
  EXPECT_EQ(over["error"], 0);
  EXPECT_EQ(over["confidence"], "exact");
  EXPECT_EQ(over["evidence"]["allocated"], Json({{"value", 3481600.0}, {"unit", "bytes"}}));
  EXPECT_EQ(over["stack"].size(), 2U);
  EXPECT_EQ(report["findings"][1]["id"], "never_used");
  EXPECT_EQ(report["findings"][1]["reserve"], Json());
  EXPECT_EQ(report["omitted"]["findings"], 0);
}

TEST(Json, HoldsWhatIsCountedOfATable) {
  const Json report = page_with_findings();
  ASSERT_EQ(report["tables"].size(), 2U);
  const Json& table = report["tables"][0];
  EXPECT_EQ(table["table"], "t");
  EXPECT_EQ(table["ever"], 100);
  EXPECT_EQ(table["alive"], 40);
  EXPECT_EQ(table["entries"], 120);
  EXPECT_EQ(table["capacity"], 40 * 2047);
  EXPECT_EQ(table["entries_size"], 120 * 16);
  EXPECT_EQ(table["growths"], 0);
  EXPECT_EQ(table["same_size_growths"], 0);
  EXPECT_EQ(table["pattern"], "preallocated");
  EXPECT_EQ(table["shape"], "");
  ASSERT_EQ(table["steps"].size(), 1U);
  EXPECT_EQ(table["steps"][0]["slots"], 2047);
  EXPECT_EQ(table["steps"][0]["bytes"], 34816);
  EXPECT_EQ(table["steps"][0]["values"]["alloc_objects"], 100);
  EXPECT_EQ(table["starts"],
            Json::parse(R"([{"hint": 1792, "slots": 2047, "peak": 5, "tables": 100, "bytes": 3481600}])"));
  EXPECT_EQ(report["sites"][0]["pattern"], "preallocated");
  EXPECT_EQ(report["sites"][0]["shape"], "");
}

TEST(Json, TopHoldsForFindings) {
  ReportOptions options;
  options.top = 1;
  const Json report = page_with_findings(options);
  EXPECT_EQ(report["findings"].size(), 1U);
  EXPECT_EQ(report["omitted"]["findings"], 1);
}

TEST(Json, SaysHowManyRowsItLeavesOut) {
  ReportOptions options;
  options.top = 1;
  const Json report = page(options);
  EXPECT_EQ(report["tables"].size(), 1U);
  EXPECT_EQ(report["omitted"]["tables"], 1);
  EXPECT_EQ(report["omitted"]["sites"], 1);
}

TEST(Json, BadUtf8IsReplaced) {
  ReportOptions options;
  options.files = {"a\xff.pb"};
  EXPECT_EQ(page(options)["profile"]["files"][0], "a\xef\xbf\xbd.pb");
}

TEST(Json, EveryFieldIsDocumented) {
  std::set<std::string> names;
  testing_support::collect_fields(page(), {"losses", "evidence"}, names);
  testing_support::collect_fields(page_with_findings(), {"losses", "evidence"}, names);
  EXPECT_GT(names.size(), 55U);
  testing_support::expect_documented(names, "report_json.md");
}

}  // namespace
}  // namespace bucketprof::report
