// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/check/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "profiler/base/utf8.h"
#include "tests/support/check_result.h"
#include "tests/support/documented.h"

namespace bucketprof::report {
namespace {

using namespace testing_support;
using Json = nlohmann::json;

Json check_page(const compare::CheckResult& result) { return Json::parse(check_json(result, check_options())); }

TEST(CheckJson, HoldsTheResult) {
  compare::CheckResult result = sampled(result_of({grown(), agreed(), held(), found()}));
  result.notes = {"line 7: no table is named x"};
  result.max_losses = 4;
  const Json report = check_page(result);
  EXPECT_EQ(report["version"], kCheckJsonVersion);
  EXPECT_EQ(report["tool"]["name"], "bucketprof");
  EXPECT_EQ(report["verdict"], "failed");
  EXPECT_EQ(report["sentence"], "2 of 4 limits are broken, 1 is broken and agreed to");
  EXPECT_EQ(report["counts"], Json({{"limits", 4}, {"failed", 2}, {"allowed", 1}, {"ok", 1}}));
  EXPECT_EQ(report["program"], "server");
  EXPECT_EQ(report["file"], "new.pb.gz");
  EXPECT_EQ(report["baseline"], "base.json");
  EXPECT_EQ(report["policy"], "bucketprof.toml");
  EXPECT_EQ(report["source_root"], "/src/shop");
  EXPECT_EQ(report["interval"], 512 * 1024);
  EXPECT_EQ(report["moment"], "peak");
  EXPECT_EQ(report["confidence"], 0.99);
  EXPECT_EQ(report["runs_before"], 3);
  EXPECT_EQ(report["runs_after"], 2);
  EXPECT_EQ(report["losses"], 0);
  EXPECT_EQ(report["max_losses"], 4);
  EXPECT_EQ(report["losses_failed"], false);
  EXPECT_EQ(report["notes"], Json({"line 7: no table is named x"}));
  ASSERT_EQ(report["comparisons"].size(), 4U);
  const Json& first = report["comparisons"][0];
  EXPECT_EQ(first["verdict"], "failed");
  EXPECT_EQ(first["sentence"], "alloc_space of table users grew by 12.0 MiB (+20.0 %) to 72.0 MiB; allowed: +2 %");
  EXPECT_EQ(first["scope"], "table");
  EXPECT_EQ(first["rule"], "table users");
  EXPECT_EQ(first["line"], 12);
  EXPECT_EQ(first["metric"], "alloc_space");
  EXPECT_EQ(first["unit"], "bytes");
  EXPECT_EQ(first["limit_of"], "growth");
  EXPECT_EQ(first["allowed"], "2 %");
  EXPECT_EQ(first["limit"], 64172851);
  EXPECT_EQ(first["table"], "users");
  EXPECT_EQ(first["kind"], "go_map");
  EXPECT_EQ(first["before"], 60 * kMiB);
  EXPECT_EQ(first["after"], 72 * kMiB);
  EXPECT_EQ(first["error_after"], 1.5 * kMiB);
  EXPECT_EQ(first["chance"], 0.0001);
  EXPECT_EQ(first["new"], false);
  EXPECT_EQ(first["shown"], Json({{"function", "shop::load(int)"}, {"file", "users.cpp"}, {"line", 12}}));
  EXPECT_EQ(first["culprits"][0]["function"], "shop::load");
  EXPECT_EQ(first["culprits"][0]["shown"]["file"], "users.cpp");
  EXPECT_EQ(first["culprits"][0]["growth"], 10 * kMiB);
  EXPECT_EQ(first["culprits"][0]["rehashes"], 2);
  EXPECT_EQ(first["culprits"][1]["new"], true);
  EXPECT_EQ(report["comparisons"][1]["verdict"], "allowed");
  EXPECT_EQ(report["comparisons"][1]["reason"], "the new index");
  EXPECT_EQ(report["comparisons"][1]["expires"], "2027-01-31");
  EXPECT_EQ(report["comparisons"][1]["was"], "shop::insert");
  EXPECT_EQ(report["comparisons"][2]["verdict"], "ok");
  EXPECT_EQ(report["comparisons"][3]["finding"], "over_preallocated");
  EXPECT_EQ(report["comparisons"][3]["advice"], "reserve(52) here");
}

TEST(CheckJson, OkAndLosses) {
  compare::CheckResult result = result_of({over_budget()});
  result.comparisons[0].verdict = compare::Verdict::kOk;
  EXPECT_EQ(check_page(result)["verdict"], "ok");
  EXPECT_EQ(check_page(result)["comparisons"][0]["limit_of"], "max");
  result.losses = 1;
  EXPECT_EQ(check_page(result)["verdict"], "failed");
  EXPECT_EQ(check_page(result)["losses_failed"], true);
}

TEST(CheckJson, HostileNamesComeBack) {
  const compare::CheckResult result = hostile_result();
  const Json report = check_page(result);
  for (std::size_t i = 0; i < result.comparisons.size(); ++i) {
    const std::string& name = result.comparisons[i].table;
    if (is_utf8(name)) {
      EXPECT_EQ(report["comparisons"][i]["table"], name);
    }
  }
}

TEST(CheckJson, EveryFieldIsDocumented) {
  std::set<std::string> names;
  collect_fields(check_page(result_of({grown()})), {}, names);
  EXPECT_GT(names.size(), 50U);
  expect_documented(names, "check_json.md");
}

}  // namespace
}  // namespace bucketprof::report
