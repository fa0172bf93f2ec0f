// SPDX-License-Identifier: Apache-2.0
//
// package_index built with plain tables of std, absl and boost, without bucketprof: it behaves the same under
// `bucketprof run`, and the report shows each table with its kind, its nodes and the function that fills it. The same
// holds if the debug information is in a separate file. Without any, no table is found and its blocks count as left
// out.
#include <gmock/gmock.h>

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::e2e {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr int kPackages = 3000;
constexpr int kMaintainers = 40;
const std::string kTool = BUCKETPROF_BINARY_DIR "/bucketprof";
const std::string kIndex = BUCKETPROF_BINARY_DIR "/programs/plain_index";

class PlainIndex : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kIndex)) GTEST_SKIP() << "sanitizers and the agent both replace malloc";
    std::ofstream database(dir_ / "database");
    for (int i = 0; i < kPackages; ++i) {
      database << fmt::format(
          "Package: package{0}\nVersion: 1.{0}\nMaintainer: Somebody {1} <{1}@example.org>\nDepends: package{2}\n"
          "Description: word{0} of all\n\n",
          i, i % kMaintainers, i / 2);
    }
  }

  [[nodiscard]] std::vector<std::string> command(const std::string& program) const {
    return {program, "--file", dir_ / "database", "--depends-on", "package7"};
  }

  Json run_and_report(const std::string& program) {
    std::vector<std::string> words{kTool, "run", "-o", dir_ / "p.pb.gz", "--"};
    const auto bare = command(program);
    words.insert(words.end(), bare.begin(), bare.end());
    const auto plain = testing_support::run({.words = bare});
    const auto profiled = testing_support::run({.words = words});
    EXPECT_EQ(plain.status, 0) << plain.err;
    EXPECT_EQ(profiled.status, plain.status) << profiled.err;
    EXPECT_EQ(profiled.out, plain.out);
    EXPECT_THAT(plain.out, HasSubstr("package14"));
    const auto report = testing_support::run({.words = {kTool, "report", "--format", "json", dir_ / "p.pb.gz"}});
    EXPECT_EQ(report.status, 0) << report.err;
    return Json::parse(report.out, nullptr, false);
  }

  static std::int64_t nodes_of(const Json& table) {
    for (const Json& part : table["parts"]) {
      if (part["name"] == "nodes") return part["values"]["alloc_objects"];
    }
    return 0;
  }

  static void expect_tables(const Json& report) {
    struct Expected {
      std::string kind;
      std::string table;
      std::int64_t nodes;
      std::string function;
    };
    ASSERT_EQ(report["tables"].size(), 4U) << report["tables"].dump(1);
    for (const Expected& expected : std::vector<Expected>{
             {"absl_flat", "string_view -> package_index::Package", 0, "load_packages"},
             {"boost_flat", "string_view -> vector<string_view>", 0, "index_dependencies"},
             {"std_node", "string -> vector<string_view>", kPackages + 2, "index_words"},
             {"absl_node", "string_view -> vector<string_view>", kMaintainers, "index_maintainers"}}) {
      SCOPED_TRACE(expected.kind);
      bool found = false;
      for (const Json& table : report["tables"]) {
        if (table["kind"] != expected.kind) continue;
        found = true;
        EXPECT_EQ(table["table"], expected.table);
        EXPECT_EQ(nodes_of(table), expected.nodes);
      }
      EXPECT_TRUE(found) << report["tables"].dump(1);
      for (const Json& site : report["sites"]) {
        if (site["kind"] != expected.kind) continue;
        EXPECT_THAT(std::string(site["caller"]["function"]), HasSubstr(expected.function));
        EXPECT_THAT(std::string(site["caller"]["file"]), testing::EndsWith("package_index/index.cpp"));
      }
    }
  }

  testing_support::TempDir dir_;
};

TEST_F(PlainIndex, ShowsItsTablesByKind) { expect_tables(run_and_report(kIndex)); }

TEST_F(PlainIndex, ShowsThemWhereDebugInformationIsElsewhere) {
  const std::string stripped = dir_ / "stripped";
  const std::string debug = dir_ / "stripped.debug";
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"objcopy", "--only-keep-debug", kIndex, debug},
           {"objcopy", "--strip-all", "--add-gnu-debuglink=" + debug, kIndex, stripped}}) {
    const auto ended = testing_support::run({.words = words});
    ASSERT_EQ(ended.status, 0) << ended.err;
  }
  expect_tables(run_and_report(stripped));

  fs::remove(debug);
  const Json without = run_and_report(stripped);
  for (const Json& table : without["tables"]) {  // only what proves itself by its bytes
    EXPECT_THAT(std::string(table["table"]), HasSubstr("; slots of ")) << table.dump(1);
    EXPECT_THAT(std::string(table["kind"]), testing::AnyOf("absl_flat", "phmap_flat", "boost_flat"));
  }
  EXPECT_GT(without["left_out"]["alloc_objects"], kPackages);
}

TEST_F(PlainIndex, IsHeldToLimitsOfWhatItsProfileTells) {
  run_and_report(kIndex);
  std::ofstream(dir_ / "space.toml")
      << "[[table]]\nname = 'string -> vector<string_view>'\nalloc_space = { max = '1 MiB' }\n";
  std::ofstream(dir_ / "slack.toml") << "[total]\nalloc_space = { max = '1 MiB' }\nalloc_slack = { max = '1 KiB' }\n";
  const auto check = [this](const char* policy) {
    return testing_support::run({.words = {kTool, "check", "p.pb.gz", "--policy", policy}, .directory = dir_.path()});
  };
  const auto space = check("space.toml");
  EXPECT_EQ(space.status, 0) << space.out << space.err;
  const auto slack = check("slack.toml");
  EXPECT_EQ(slack.status, 1) << slack.out << slack.err;
  EXPECT_THAT(slack.out, HasSubstr("total alloc_slack: ")) << "its arrays were looked at";
}

}  // namespace
}  // namespace bucketprof::e2e
