// SPDX-License-Identifier: Apache-2.0
//
// The tool finds hash tables in gperftools' heap profile of a program that is not linked with bucketprof: their kinds,
// parts, causes and source lines, for each compiler.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::e2e {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

constexpr int kEntries = 2000;

class KnownTables : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string program = BUCKETPROF_BINARY_DIR "/programs/known_tables_" + GetParam();
    const fs::path tcmalloc = "/usr/lib/x86_64-linux-gnu/libtcmalloc.so.4";
    if (!fs::exists(program) || !fs::exists(tcmalloc)) {
      GTEST_SKIP() << "needs " << program << " and libtcmalloc";
    }
    const auto ended = testing_support::run(
        {.words = {program}, .settings = {"LD_PRELOAD=" + tcmalloc.string(), "HEAPPROFILE=" + (dir_ / "p").string()}});
    ASSERT_EQ(ended.status, 0) << ended.err;
    for (const auto& entry : fs::directory_iterator(dir_.path())) file_ = entry.path();
    ASSERT_FALSE(file_.empty()) << ended.err;
  }

  [[nodiscard]] Json report(const std::vector<std::string>& options = {}) const {
    std::vector<std::string> words{BUCKETPROF_BINARY_DIR "/bucketprof", "report", "--format", "json"};
    words.insert(words.end(), options.begin(), options.end());
    words.push_back(file_);
    const auto ended = testing_support::run({.words = words});
    EXPECT_EQ(ended.status, 0) << ended.err;
    return Json::parse(ended.out, nullptr, false);
  }

  /// Number of blocks allocated over the whole run, by the group's name.
  static std::map<std::string, int> blocks(const Json& groups) {
    std::map<std::string, int> found;
    for (const Json& group : groups) found[group["name"]] = group["values"]["alloc_objects"];
    return found;
  }

  static Json table_of(const Json& report, const std::string& name, const std::string& kind) {
    for (const Json& table : report["tables"]) {
      if (table["table"] == name && table["kind"] == kind) return table;
    }
    return {};
  }

  /// Short names of the functions at which a table allocates.
  static std::set<std::string> sites(const Json& report, const std::string& name, const std::string& kind) {
    std::set<std::string> functions;
    for (const Json& site : report["sites"]) {
      if (site["table"] != name || site["kind"] != kind) continue;
      const std::string function = site["caller"]["function"];
      functions.insert(function.substr(function.rfind(':') + 1));
      EXPECT_TRUE(std::string(site["caller"]["file"]).ends_with("known_tables.cpp")) << site.dump();
    }
    return functions;
  }

  testing_support::TempDir dir_;
  fs::path file_;
};

TEST_P(KnownTables, HaveKindPartAndCause) {
  const Json all = report();
  struct Expected {
    std::string kind;
    int nodes;  // allocated over the whole run
  };
  for (const Expected& expected : std::vector<Expected>{{"std_node", 2 * kEntries},
                                                        {"absl_flat", 0},
                                                        {"absl_node", 2 * kEntries},
                                                        {"boost_node", 2 * kEntries},
                                                        {"boost_flat", 0},
                                                        {"tsl_hopscotch", 0}}) {
    SCOPED_TRACE(expected.kind);
    const Json table = table_of(all, "int -> program::Cart", expected.kind);
    if (table.is_null() && expected.kind == "tsl_hopscotch") continue;  // its header is not installed
    ASSERT_FALSE(table.is_null());
    const auto parts = blocks(table["parts"]);
    const auto causes = blocks(table["causes"]);
    EXPECT_GT(parts.at("buckets"), 2);
    EXPECT_EQ(parts.contains("nodes") ? parts.at("nodes") : 0, expected.nodes);
    EXPECT_EQ(causes.contains("node") ? causes.at("node") : 0, expected.nodes);
    EXPECT_GE(causes.at("hint"), 1);  // reserve(), and copies by a constructor that is named as the others
    EXPECT_GE(causes.at("hint") + (causes.contains("copy") ? causes.at("copy") : 0), 2);
    EXPECT_GE(causes.at("rehash"), 5);
    EXPECT_FALSE(causes.contains("unknown"));
    EXPECT_THAT(sites(all, "int -> program::Cart", expected.kind),
                testing::UnorderedElementsAre("fill", "reserve", "copy"));
  }
}

TEST_P(KnownTables, ContainNoBlocksOfTheirEntries) {
  const Json table = table_of(report(), "string -> vector<int>", "std_node");
  ASSERT_FALSE(table.is_null());
  if (GetParam() == "o0") {
    EXPECT_FALSE(table_of(report(), "int -> Hidden", "std_node").is_null());
  }
  // The keys' texts and the values' arrays are allocated by calls from the table's functions, but are not its blocks.
  EXPECT_EQ(blocks(table["parts"]).at("nodes"), kEntries);
  EXPECT_LT(blocks(table["parts"]).at("buckets"), 20);
  const Json set = table_of(report(), "int", "std_node");
  ASSERT_FALSE(set.is_null());
  EXPECT_EQ(blocks(set["parts"]).at("nodes"), kEntries);
}

TEST_P(KnownTables, WhatIsLeftOutIsSaidAndAddsUp) {
  const Json tables = report();
  const Json all = report({"--all"});
  for (const char* type : {"alloc_objects", "alloc_space", "inuse_objects", "inuse_space"}) {
    const long some = tables["totals"][type];
    const long rest = tables["left_out"][type];
    EXPECT_EQ(some + rest, all["totals"][type]) << type;
    EXPECT_EQ(table_of(all, "(other allocations)", "unknown")["values"][type], rest) << type;
    EXPECT_EQ(all["left_out"][type], 0) << type;
  }
  EXPECT_GT(tables["left_out"]["alloc_objects"], 2 * kEntries);  // texts and vectors
}

TEST_P(KnownTables, AreComparedAndConverted) {
  const std::string tool = BUCKETPROF_BINARY_DIR "/bucketprof";
  const auto diff = testing_support::run({.words = {tool, "diff", "--format", "json", file_, file_}});
  EXPECT_EQ(diff.status, 0) << diff.err;
  const std::string named = dir_ / "named.pb.gz";
  EXPECT_EQ(testing_support::run({.words = {tool, "convert", "--to", "pprof", "-o", named, file_}}).status, 0);
  // The converted file holds all of it: its report is the same.
  const Json before = report();
  file_ = named;
  const Json after = report();
  EXPECT_EQ(after["tables"], before["tables"]);
  EXPECT_EQ(after["totals"], before["totals"]);
  EXPECT_EQ(after["left_out"], before["left_out"]);
}

INSTANTIATE_TEST_SUITE_P(Compilers, KnownTables, testing::Values("o0", "o2", "clang"),
                         [](const auto& parameter) { return parameter.param; });

}  // namespace
}  // namespace bucketprof::e2e
