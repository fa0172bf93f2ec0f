// SPDX-License-Identifier: Apache-2.0
//
// Baselines are read as they were written, and other files are refused.
#include "profiler/compare/baseline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/support/costs.h"

namespace bucketprof::compare {
namespace {

using testing::HasSubstr;

Costs some_costs() {
  Costs costs =
      testing_support::costs_of({{"users", "shop::load", 3, 1 << 20, {"run", "main"}, 2}, {"carts", "fill", 1, 100}});
  FindingCost finding;
  finding.id = "never_used";
  finding.table = "users";
  finding.function = "shop::load";
  finding.avoidable = 1234;
  finding.worth_reporting = 1;
  costs.findings = {finding};
  return costs;
}

TEST(Baseline, ReadsAsPeopleWouldWriteIt) {
  EXPECT_EQ(write_baseline(some_costs()), R"({
 "bucketprof_baseline": 1,
 "program": "server",
 "interval": 1,
 "moment": "now",
 "runs": 1,
 "losses": 0,
 "metrics": ["alloc_objects","alloc_space","inuse_objects","inuse_space","alloc_slack","inuse_slack","rehashes"],
 "total": {"values":[4,1048676,4,1048676,104867,104867,2]},
 "tables": [
  {"table":"carts","kind":"std_node","values":[1,100,1,100,10,10,0]},
  {"table":"users","kind":"std_node","values":[3,1048576,3,1048576,104857,104857,2]}
 ],
 "sites": [
  {"table":"carts","kind":"std_node","function":"fill","values":[1,100,1,100,10,10,0],"callers":["main"]},
  {"table":"users","kind":"std_node","function":"shop::load","values":[3,1048576,3,1048576,104857,104857,2],"callers":["run","main"]}
 ],
 "findings": [
  {"id":"never_used","table":"users","function":"shop::load","findings":1,"avoidable":1234}
 ]
}
)");
}

TEST(Baseline, WhatIsReadIsWrittenAgainTheSame) {
  Costs hostile = some_costs();
  hostile.sites[0].function = "quote\" back\\slash \n tab\t \x01 <script> \xc3\xbc";
  hostile.total.values[0] = std::numeric_limits<std::int64_t>::max();
  hostile.total.values[1] = std::numeric_limits<std::int64_t>::min();
  for (const Costs& costs : {some_costs(), hostile, testing_support::costs_of({}),
                             testing_support::costs_of({{"users", "load", 1000, 64'000}}, 65536)}) {
    const std::string text = write_baseline(costs);
    EXPECT_TRUE(looks_like_baseline(text));
    const auto read = read_baseline(text);
    ASSERT_TRUE(read.ok()) << read.error();
    EXPECT_EQ(write_baseline(*read), text);
    EXPECT_EQ(read->total.values, costs.total.values);
    EXPECT_EQ(read->sites.size(), costs.sites.size());
    EXPECT_EQ(read->interval, costs.interval);
  }
}

TEST(Baseline, SaysThatItsTablesTellNoSlack) {
  Costs costs = some_costs();
  costs.tells_slack = false;
  std::string text = write_baseline(costs);
  const auto read = read_baseline(text);
  ASSERT_TRUE(read.ok()) << read.error();
  EXPECT_FALSE(read->tells_slack);
  text.replace(text.find("false"), 5, "\"no\"");
  EXPECT_EQ(read_baseline(text).error(), "'tells_slack' is not true or false");
}

TEST(Baseline, SaysOfWhichOfThemItKnowsTheSlack) {
  Costs costs = some_costs();
  costs.tells_slack = false;
  costs.tables[1].looked_at = costs.sites[1].looked_at = true;
  const std::string text = write_baseline(costs);
  const auto read = read_baseline(text);
  ASSERT_TRUE(read.ok());
  EXPECT_FALSE(read->tables[0].looked_at);
  EXPECT_TRUE(read->tables[1].looked_at);
  EXPECT_TRUE(read->sites[1].looked_at);
  EXPECT_EQ(write_baseline(*read), text);
  std::string wrong = text;
  wrong.replace(wrong.find("\"looked_at\":true"), 16, "\"looked_at\":1234");
  EXPECT_EQ(read_baseline(wrong).error(), "tables 2: 'looked_at' is not true or false");
}

TEST(Baseline, OtherCallersAreKept) {
  Costs costs = some_costs();
  costs.sites[1].also = {"import", "reload"};
  const std::string text = write_baseline(costs);
  EXPECT_NE(text.find("\"callers\":[\"run\",\"main\"],\"also\":[\"import\",\"reload\"]"), std::string::npos) << text;
  const auto read = read_baseline(text);
  ASSERT_TRUE(read.ok()) << read.error();
  EXPECT_EQ(read->sites[1].also, costs.sites[1].also);
}

TEST(Baseline, VariancesKeepSixDigits) {
  const Costs costs = testing_support::costs_of({{"users", "load", 1000, 64'123}}, 65536);
  const auto read = read_baseline(write_baseline(costs));
  ASSERT_TRUE(read.ok());
  const double variance = costs.total.variance[model::kAllocSpace];
  EXPECT_NEAR(read->total.variance[model::kAllocSpace], variance, variance * 1e-5);
}

TEST(Baseline, OtherFilesAreErrors) {
  const std::string good = write_baseline(some_costs());
  const auto with = [&good](const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  };
  const std::pair<std::string, const char*> cases[] = {
      {"", "parse error"},
      {"{}", "not a baseline of bucketprof"},
      {"[1, 2]", "not a baseline of bucketprof"},
      {"\x1f\x8b", "parse error"},
      {good.substr(0, good.size() / 2), "parse error at line"},
      {with("_baseline\": 1", "_baseline\": 2"), "its format is 2, this version reads 1"},
      {with("_baseline\": 1", "_baseline\": \"x\""), "'bucketprof_baseline' is not a whole number"},
      {with("\"interval\": 1", "\"interval\": 0"), "at least 1"},
      {with("\"interval\": 1", "\"interval\": \"x\""), "'interval' is not a whole number"},
      {with("\"rehashes\"]", "\"other\"]"), "'metrics' are not those of this version"},
      {with("\"total\"", "\"totals\""), "'total' is missing"},
      {with("[4,1048676", "[4.5,1048676"), "'values' are not whole numbers"},
      {with("[4,1048676", "[1048676"), "'values' are not 7 numbers"},
      {with("\"kind\":\"std_node\",\"values\"", "\"kind\":5,\"values\""), "tables 1: 'kind' is not a text"},
      {with("\"table\":\"users\"", "\"table\":\"carts\""), "tables: 'carts' is there twice"},
      {with("\"callers\":[\"main\"]", "\"callers\":[7]"), "sites 1: 'callers' are not texts"},
      {with("\"callers\":[\"main\"]", "\"callers\":[],\"also\":7"), "sites 1: 'also' is not a list"},
      {with("\"findings\": [", "\"findings\": [1,"), "findings 1: not an object"},
      {with("\"avoidable\":1234", "\"avoidable\":null"), "findings 1: 'avoidable' is not a whole number"},
  };
  for (const auto& [text, says] : cases) {
    const auto read = read_baseline(text);
    ASSERT_FALSE(read.ok()) << says;
    EXPECT_THAT(read.error(), HasSubstr(says));
    EXPECT_EQ(read.error().find('\n'), std::string::npos);
  }
}

TEST(Baseline, NoCutAndNoFlippedByteDoesHarm) {
  const std::string good = write_baseline(some_costs());
  for (std::size_t i = 0; i < good.size(); ++i) {
    static_cast<void>(read_baseline(std::string_view(good).substr(0, i)));
    std::string flipped = good;
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << (i % 8)));
    static_cast<void>(read_baseline(flipped));
  }
}

TEST(Baseline, LooksLikeOne) {
  EXPECT_TRUE(looks_like_baseline(" \n{"));
  EXPECT_FALSE(looks_like_baseline(""));
  EXPECT_FALSE(looks_like_baseline("\x1f\x8b"));
  EXPECT_FALSE(looks_like_baseline("heap profile: 1"));
}

}  // namespace
}  // namespace bucketprof::compare
