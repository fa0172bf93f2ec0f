// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/diff/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "profiler/base/utf8.h"
#include "tests/support/check_result.h"
#include "tests/support/documented.h"

namespace bucketprof::report {
namespace {

using Json = nlohmann::json;
using testing_support::kMiB;
using testing_support::sample_diff;

Json diff_page(const compare::Diff& diff, const DiffOptions& options = {}) {
  return Json::parse(diff_json(diff, options));
}

TEST(DiffJson, HoldsTheDifference) {
  DiffOptions options;
  options.base = "old.pb.gz";
  options.file = "new.pb.gz";
  options.interval = 4096;
  compare::Diff diff = sample_diff();
  diff.total.after.variance[model::kAllocSpace] = 4;
  const Json report = diff_page(diff, options);
  EXPECT_EQ(report["version"], kDiffJsonVersion);
  EXPECT_EQ(report["tool"]["name"], "bucketprof");
  EXPECT_EQ(report["base"], "old.pb.gz");
  EXPECT_EQ(report["file"], "new.pb.gz");
  EXPECT_EQ(report["interval"], 4096);
  EXPECT_EQ(report["changed"], true);
  EXPECT_EQ(report["total"]["before"]["alloc_space"], 60 * kMiB);
  EXPECT_EQ(report["total"]["after"]["alloc_space"], 72 * kMiB);
  EXPECT_EQ(report["total"]["growth"]["alloc_space"], 12 * kMiB);
  EXPECT_EQ(report["total"]["growth"]["rehashes"], -2);
  EXPECT_NEAR(report["total"]["error_after"]["alloc_space"].get<double>(), 3.92, 0.01);
  EXPECT_EQ(report["total"]["error_before"]["alloc_space"], 0);
  ASSERT_EQ(report["tables"].size(), 2U);  // only those that changed
  EXPECT_EQ(report["tables"][0]["table"], "users");
  EXPECT_EQ(report["tables"][0]["kind"], "go_map");
  EXPECT_EQ(report["tables"][1]["gone"], true);
  EXPECT_EQ(report["tables"][1]["new"], false);
  ASSERT_EQ(report["sites"].size(), 2U);
  EXPECT_EQ(report["sites"][0]["function"], "shop::load");
  EXPECT_EQ(report["sites"][0]["was"], "shop::fill");
  EXPECT_EQ(report["sites"][0]["shown"],
            Json({{"function", "shop::load(int)"}, {"file", "/src/users.cpp"}, {"line", 12}}));
  EXPECT_EQ(report["sites"][1]["holds"], Json({"shop::a", "shop::b"}));
  EXPECT_EQ(report["omitted"], Json({{"tables", 0}, {"sites", 0}}));
}

TEST(DiffJson, UnknownSlackIsNull) {
  compare::Diff diff;
  diff.total.tells_slack = false;
  const nlohmann::json page = nlohmann::json::parse(diff_json(diff, {}));
  EXPECT_TRUE(page["total"]["after"]["inuse_slack"].is_null());
  EXPECT_EQ(page["total"]["after"]["inuse_space"], 0);
}

TEST(DiffJson, NothingChanged) {
  const Json report = diff_page({});
  EXPECT_EQ(report["changed"], false);
  EXPECT_EQ(report["tables"], Json::array());
}

TEST(DiffJson, FiltersAndTop) {
  DiffOptions options;
  options.top = 1;
  EXPECT_EQ(diff_page(sample_diff(), options)["tables"].size(), 1U);
  EXPECT_EQ(diff_page(sample_diff(), options)["omitted"], Json({{"tables", 1}, {"sites", 1}}));
}

TEST(DiffJson, HostileNamesComeBack) {
  compare::Diff diff = sample_diff();
  diff.tables.resize(1);
  for (const std::string& name : testing_support::hostile_names()) {
    diff.tables[0].table = diff.tables[0].renamed_from = name;
    const Json report = diff_page(diff);
    EXPECT_EQ(report["tables"][0]["table"].get<std::string>().empty(), name.empty());
    if (is_utf8(name)) {
      EXPECT_EQ(report["tables"][0]["table"], name);
    }
  }
}

TEST(DiffJson, EveryFieldIsDocumented) {
  std::set<std::string> names;
  testing_support::collect_fields(diff_page(sample_diff()), {}, names);
  EXPECT_GT(names.size(), 30U);
  testing_support::expect_documented(names, "check_json.md");
}

}  // namespace
}  // namespace bucketprof::report
