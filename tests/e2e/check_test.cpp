// SPDX-License-Identifier: Apache-2.0
//
// `bucketprof check` as a pipeline uses it, on variants of one program (tests/programs/shop): each variant that costs
// more fails, at its table and line; a variant that costs the same passes, although the policy allows no growth at all.
// Address randomization is on, as it is for users.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/e2e/shop.h"

namespace bucketprof::e2e {
namespace {

using Json = nlohmann::json;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsSupersetOf;

struct Regression {
  std::string variant;
  std::string table;
  std::string file;
  std::string function;
  std::set<std::string> metrics;  // that grow in the total, the table and the site
};
const std::vector<Regression> kRegressions{
    {"extra_rehash",
     "customers",
     "orders.cpp",
     "shop::OrderBook::settle",
     {"alloc_space", "alloc_objects", "rehashes"}},
    {"doubled_reserve", "prices", "catalogue.cpp", "shop::Catalogue::load_prices", {"alloc_space", "inuse_slack"}},
    {"leak", "basket", "orders.cpp", "shop::check_out", {"inuse_space", "inuse_objects"}},
    {"growth", "products", "catalogue.cpp", "shop::fill", {"alloc_space", "alloc_objects", "inuse_space"}}};

/// The number of the line that ends in `// planted: NAME`.
int variant_line(const std::string& file, const std::string& name) {
  std::ifstream source(BUCKETPROF_TEST_DATA "/programs/shop/src/" + file);
  int number = 1;
  for (std::string line; std::getline(source, line); ++number) {
    if (line.ends_with("// planted: " + name)) return number;
  }
  return 0;
}

std::vector<Json> failed(const Json& result, const std::string& scope) {
  std::vector<Json> rows;
  for (const Json& row : result["comparisons"]) {
    if (row["verdict"] == "failed" && row["scope"] == scope) rows.push_back(row);
  }
  return rows;
}

/// The distinct values of one key.
std::set<std::string> values(const std::vector<Json>& rows, const std::string& key) {
  std::set<std::string> found;
  for (const Json& row : rows) found.insert(row[key].get<std::string>());
  return found;
}

TEST(Check, EachRegressionFailsAtItsTableAndLine) {
  Shop shop;
  const std::string base = shop.baseline(shop.profile("base"));
  for (const Regression& regression : kRegressions) {
    SCOPED_TRACE(regression.variant);
    const std::string json = shop.path("result.json");
    const auto ended = shop.check(shop.profile(regression.variant), shop.path("policy.toml"), base, {"--json", json});
    EXPECT_EQ(ended.status, 1) << ended.err;
    EXPECT_EQ(ended.err, "");
    EXPECT_THAT(ended.out, HasSubstr(regression.table));
    const Json result = Json::parse(std::ifstream(json));
    const std::string file = "tests/programs/shop/src/" + regression.file;
    for (const char* const scope : {"total", "table", "site"}) {
      SCOPED_TRACE(scope);
      const auto rows = failed(result, scope);
      EXPECT_THAT(values(rows, "metric"), IsSupersetOf(regression.metrics));
      for (const Json& row : rows) {
        EXPECT_EQ(row["shown"]["file"], file);
        EXPECT_EQ(row["shown"]["line"], variant_line(regression.file, regression.variant));
        ASSERT_FALSE(row["culprits"].empty());
        EXPECT_EQ(row["culprits"][0]["table"], regression.table);
        EXPECT_EQ(row["culprits"][0]["function"], regression.function);
      }
    }
    // No other table or site fails.
    EXPECT_EQ(values(failed(result, "table"), "table"), std::set{regression.table});
    EXPECT_EQ(values(failed(result, "site"), "function"), std::set{regression.function});
  }
}

TEST(Check, ThreePerCentAreMoreThanTwoAndLessThanFour) {
  Shop shop;
  const std::string base = shop.baseline(shop.profile("base"));
  const std::string grown = shop.profile("growth");
  for (const auto& [share, status] : {std::pair("2 %", 1), {"4 %", 0}, {"1 MiB", 1}, {"4 MiB", 0}}) {
    const std::string policy =
        shop.file("share.toml", std::string("[[table]]\nname = \"products\"\nalloc_space = { growth = \"") + share +
                                    "\" }\ninuse_space = { growth = \"" + share + "\" }\n");
    EXPECT_EQ(shop.check(grown, policy, base).status, status) << share;
  }
}

/// Expects that a variant costs the same as `base`, with either of the two as the baseline.
void expect_equal(const std::string& variant) {
  if (!is_built(variant))
    GTEST_SKIP() << "SKIPPED: shop_" << variant << " is not built: it needs clang++, or the long form (target shops)";
  Shop shop;
  const std::string base = shop.profile("base");
  const std::string other = shop.profile(variant);
  for (const auto& [before, after] : {std::pair(base, other), {other, base}}) {
    const auto ended = shop.check(after, shop.path("policy.toml"), shop.baseline(before));
    EXPECT_EQ(ended.status, 0) << before << " then " << after << "\n" << ended.out << ended.err;
  }
}

TEST(Check, AnotherRunPasses) {
  Shop shop;
  const std::string base = shop.baseline(shop.profile("base"));
  for (int run = 0; run < 4; ++run) {
    const auto ended = shop.check(shop.profile("base"), shop.path("policy.toml"), base);
    EXPECT_EQ(ended.status, 0) << ended.out;
  }
}

TEST(Check, MovedCodePasses) { expect_equal("moved"); }
TEST(Check, ARenamedFunctionPasses) { expect_equal("renamed"); }
TEST(Check, UnoptimisedCodePasses) { expect_equal("o0"); }
TEST(Check, CodeOptimisedMorePasses) { expect_equal("o3"); }
TEST(Check, ClangsCodePasses) { expect_equal("clang_o2"); }
TEST(Check, ClangsUnoptimisedCodePasses) { expect_equal("clang_o0"); }

TEST(Check, TheMomentOfThePeakSuitsWhatWasAllocated) {
  Shop shop;
  const std::vector<std::string> peak{"BUCKETPROF_AT=peak"};
  const std::string policy = shop.file("alloc.toml", no_growth({"alloc_space", "alloc_objects", "alloc_slack"}));
  const std::string base = shop.profile("base", peak);
  EXPECT_EQ(shop.check(shop.profile("moved", peak), policy, base).status, 0);
  EXPECT_EQ(shop.check(shop.profile("extra_rehash", peak), policy, base).status, 1);
}

std::vector<std::string> sampled(int seed) {
  return {"BUCKETPROF_INTERVAL=65536", "BUCKETPROF_SEED=" + std::to_string(seed)};
}

TEST(Check, SampledRunsPassUnlessSomethingGrew) {
  Shop shop;
  const std::string policy = shop.path("policy.toml");
  const std::string base = shop.profile("base", sampled(1));
  for (int seed = 2; seed <= 3; ++seed) {
    SCOPED_TRACE(seed);
    for (const char* const variant : {"base", "moved", "o3"}) {
      const auto ended = shop.check(shop.profile(variant, sampled(seed), "after"), policy, base);
      EXPECT_EQ(ended.status, 0) << variant << "\n" << ended.out;
    }
    const auto ended = shop.check(shop.profile("doubled_reserve", sampled(seed)), policy, base);
    EXPECT_EQ(ended.status, 1);
    EXPECT_THAT(ended.out, HasSubstr("prices"));
    EXPECT_THAT(ended.out, HasSubstr("load_prices"));
  }
}

TEST(Check, SeveralSampledRunsSeeWhatOneDoesNot) {
  Shop shop;
  const auto runs = [&shop](const std::string& variant, int first) {
    std::vector<std::string> files;
    for (int seed = first; seed < first + 4; ++seed)
      files.push_back(shop.profile(variant, sampled(seed), variant + std::to_string(seed)));
    return files;
  };
  const std::string policy =
      shop.file("products.toml", "confidence = 0.9999\n[[table]]\nname = \"products\"\nalloc_space = { growth = 0 }\n");
  const auto check_all = [&](const std::vector<std::string>& files, const std::vector<std::string>& base) {
    std::vector<std::string> words{"check", "--policy", policy};
    words.insert(words.end(), files.begin(), files.end());
    for (const std::string& profile : base) words.insert(words.end(), {"--baseline", profile});
    return bucketprof(words);
  };
  const auto base = runs("base", 1);
  EXPECT_EQ(check_all(runs("moved", 21), base).status, 0);
  EXPECT_EQ(check_all(runs("doubled_reserve", 41), base).status, 0);  // its growth is in another table
  // One profile cannot stand for two runs.
  EXPECT_EQ(check_all({base[0], base[0]}, base).status, 2);
}

TEST(Diff, ShowsALikelyRename) {
  Shop shop;
  const auto ended = bucketprof({"diff", shop.profile("base"), shop.profile("renamed"), "--format", "json"});
  ASSERT_EQ(ended.status, 0) << ended.err;
  const Json diff = Json::parse(ended.out);
  std::vector<std::string> renamed;
  for (const Json& row : diff["sites"]) {
    if (row["was"] != "")
      renamed.push_back(row["was"].get<std::string>() + " is " + row["function"].get<std::string>());
    EXPECT_FALSE(row["new"]) << row;
    EXPECT_FALSE(row["gone"]) << row;
  }
  EXPECT_EQ(renamed, std::vector<std::string>{"shop::Catalogue::load_prices is shop::Catalogue::read_prices"});
  const auto text = bucketprof({"diff", shop.path("base.pb.gz"), shop.path("renamed.pb.gz")});
  EXPECT_EQ(text.status, 0);
}

}  // namespace
}  // namespace bucketprof::e2e
