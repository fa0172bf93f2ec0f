// SPDX-License-Identifier: Apache-2.0
//
// The table of kinds in docs/containers.md is correct: the tests fill a container of each kind, and look for the row
// that its profile gives.
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <memory_resource>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "profiler/containers_absl.h"
#include "profiler/containers_boost.h"
#include "profiler/containers_pmr.h"
#include "profiler/containers_robin.h"
#include "profiler/containers_std.h"
#include "profiler/containers_tsl.h"
#include "profiler/profiler.h"
#include "tests/support/totals.h"

namespace bucketprof::tests {
namespace {

std::string documentation() {
  std::ifstream file(BUCKETPROF_TEST_DATA "/../docs/containers.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The row that the profile gives for the table `name`, which holds `entries` bytes of entries.
std::string row_of(const std::string& name, std::int64_t entries) {
  const model::Profile profile = snapshot(At::kNow);
  std::string kind;
  std::set<std::string> parts;
  std::string hint = "none";
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    if (label_text(profile, i, model::kLabelTable) != name) continue;
    kind = label_text(profile, i, model::kLabelKind);
    parts.insert(label_text(profile, i, model::kLabelPart));
    if (const std::int64_t asked = label_number(profile, i, model::kLabelHint); asked > 0) hint = std::to_string(asked);
  }
  std::string list;
  for (const std::string& part : parts) list += (list.empty() ? "" : ", ") + part;
  const Values sum = totals(profile, name);
  const std::int64_t credited = sum[model::kInuseSpace] - sum[model::kInuseSlack];
  const std::string told = credited == entries ? "all" : sum[model::kInuseSlack] == 0 ? "none" : "some";
  return "| `" + kind + "` | " + list + " | " + told + " | " + hint + " |\n";
}

constexpr std::uint64_t kEntries = 90;
constexpr std::int64_t kBytes = std::int64_t{kEntries} * 9;

template <class Table>
void fill(Table& table) {
  table.reserve(100);
  for (std::uint64_t i = 0; i < kEntries; ++i) table.emplace(i, 'x');
}

template <class Table>
void expect_documented(const std::string& name) {
  Table table{named(name)};
  fill(table);
  const std::string row = row_of(name, kBytes);
  EXPECT_NE(documentation().find(row), std::string::npos) << row;
}

TEST(ContainersDocumented, RowsSayWhatProfilesSay) {
  using Key = std::uint64_t;
  start();
  expect_documented<profiled::unordered_map<Key, char>>("documented std");
  expect_documented<profiled::unordered_multimap<Key, char>>("documented std multi");
  expect_documented<profiled::flat_hash_map<Key, char>>("documented absl flat");
  expect_documented<profiled::node_hash_map<Key, char>>("documented absl node");
  expect_documented<profiled::unordered_flat_map<Key, char>>("documented boost flat");
  expect_documented<profiled::boost_closed::unordered_map<Key, char>>("documented boost");
  expect_documented<profiled::boost_closed::unordered_multimap<Key, char>>("documented boost multi");
  expect_documented<profiled::hopscotch_map<Key, char>>("documented tsl");
  expect_documented<profiled::robin_map<Key, char>>("documented robin");
  stop();
}

TEST(ContainersDocumented, RowsSayWhatProfilesOfResourcesSay) {
  start();
  using Table = std::pmr::unordered_map<std::uint64_t, char>;
  profiled::table_resource<Table> memory{named("documented pmr")};
  profiled::table_resource<> any{named("documented any")};
  Table known{&memory};
  Table unknown{&any};
  fill(known);
  fill(unknown);
  for (const char* name : {"documented pmr", "documented any"}) {
    const std::string row = row_of(name, kBytes);
    EXPECT_NE(documentation().find(row), std::string::npos) << row;
  }
  stop();
}

TEST(ContainersDocumented, EveryKindIsNamed) {
  const std::string text = documentation();
  for (const tables::KindRow& row : tables::kKinds) {
    if (row.kind == Kind::kUnknown || row.kind > Kind::kPmr) continue;
    EXPECT_NE(text.find("`" + std::string(row.name) + "`"), std::string::npos) << row.name;
  }
}

}  // namespace
}  // namespace bucketprof::tests
