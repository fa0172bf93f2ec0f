// SPDX-License-Identifier: Apache-2.0
//
// The data in the HTML page, parsed again: it agrees with the analysis, and is small.
#include "profiler/report/page_data.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/large_profile.h"
#include "tests/support/sample_profile.h"

namespace bucketprof::report {
namespace {

using Json = nlohmann::json;

Json data_of_page(const model::Profile& profile, const ReportOptions& options = {}) {
  return Json::parse(page_data(analyze::analyze(profile), analyze::flame(profile), options));
}

// The cell of a row for a field.
Json cell(const Json& list, std::size_t row, const std::string& field) {
  const auto fields = list["fields"].get<std::vector<std::string>>();
  const auto found = std::find(fields.begin(), fields.end(), field);
  return found == fields.end() ? Json() : list["rows"][row][static_cast<std::size_t>(found - fields.begin())];
}

TEST(PageData, HoldsRowsAndStacks) {
  const Json data = data_of_page(testing_support::sample_profile());
  EXPECT_EQ(data["facts"]["program"], "/opt/shop/bin/server");
  EXPECT_EQ(data["types"].size(), model::kSampleTypeCount);
  EXPECT_EQ(data["totals"], Json({63, 10000, 16, 3500, 900, 560, 3500}));
  ASSERT_EQ(data["tables"]["rows"].size(), 2U);
  EXPECT_EQ(data["tables"]["rows"][0].size(), data["tables"]["fields"].size());
  EXPECT_EQ(cell(data["tables"], 0, "name"), "prices");
  EXPECT_EQ(cell(data["tables"], 0, "values"), Json({13, 5000, 6, 2500, 900, 560, 2500}));
  EXPECT_EQ(cell(data["tables"], 0, "parts")[1][0], "overflow");
  ASSERT_EQ(data["sites"]["rows"].size(), 2U);
  EXPECT_EQ(data["sites"]["rows"][0].size(), data["sites"]["fields"].size());

  std::vector<std::string> names;
  for (auto at = cell(data["sites"], 0, "stack").get<std::int64_t>(); at >= 0;) {
    const Json& frame =
        data["frames"]["rows"][data["stacks"]["frames"][static_cast<std::size_t>(at)].get<std::size_t>()];
    names.push_back(data["texts"][frame[0].get<std::size_t>()]);
    at = data["stacks"]["callers"][static_cast<std::size_t>(at)].get<std::int64_t>();
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{"bucketprof::hashmap::Map::make_bucket_array", "shop::load_prices", "main"}));
  // Both call sites have the same caller, main, which is stored once.
  EXPECT_EQ(data["stacks"]["frames"].size(), 5U);
}

TEST(PageData, TheFlameGraphIsAListOfNodes) {
  const Json flame = data_of_page(testing_support::sample_profile())["flame"];
  EXPECT_EQ(flame["types"][flame["weight"].get<std::size_t>()][0], "inuse_space");
  EXPECT_EQ(flame["names"].size(), 7U);
  EXPECT_EQ(flame["parents"].size(), 7U);
  std::int64_t sum = 0;
  for (const Json& own : flame["own"]) sum += own.size() > 3 ? own[3].get<std::int64_t>() : 0;
  EXPECT_EQ(sum, 3500);
  EXPECT_EQ(flame["container"].size(), 3U);
}

TEST(PageData, MarkupIsEscapedAndComesBack) {
  const model::Profile profile = testing_support::hostile_profile();
  const std::string text = page_data(analyze::analyze(profile), analyze::flame(profile), {});
  EXPECT_EQ(text.find_first_of("<>&\n"), std::string::npos);
  EXPECT_EQ(text.find("\xe2\x80\xa8"), std::string::npos);
  const Json data = Json::parse(text);
  EXPECT_EQ(cell(data["tables"], 0, "name"), "</script><img src=x onerror=\"window.harmed=1\">");
  EXPECT_EQ(cell(data["tables"], 0, "causes")[0][0], "{{data}}\xe2\x80\xa8&quot;\\");
}

TEST(PageData, RareStartsAreCounted) {
  analyze::Analysis analysis;
  analyze::Table table;
  for (std::int64_t i = 0; i < 300; ++i)
    table.starts.push_back({.hint = i, .slots = 8, .peak = i, .tables = i + 1, .bytes = 8});
  analysis.tables.push_back(table);
  const Json data = Json::parse(page_data(analysis, analyze::flame(model::Profile{}), {}));
  EXPECT_EQ(cell(data["tables"], 0, "starts").size(), kMostStarts);
  EXPECT_EQ(cell(data["tables"], 0, "starts")[0][2], 300);
  EXPECT_EQ(cell(data["tables"], 0, "more_starts"), 100 * 101 / 2);
}

TEST(PageData, TopIsSaid) {
  ReportOptions options;
  options.top = 1;
  const Json data = data_of_page(testing_support::sample_profile(), options);
  EXPECT_EQ(data["tables"]["rows"].size(), 1U);
  EXPECT_EQ(data["omitted"]["sites"], 1);
  EXPECT_EQ(data["flame"]["names"].size(), 7U);
}

}  // namespace
}  // namespace bucketprof::report
