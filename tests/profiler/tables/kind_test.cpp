// SPDX-License-Identifier: Apache-2.0
//
// Kinds have names, and are what docs/implementations.md says they are.
#include "profiler/tables/kind.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace bucketprof::tables {
namespace {

TEST(Kind, NamesAreDistinctAndLeadBack) {
  std::set<std::string_view> names;
  for (const KindRow& row : kKinds) {
    EXPECT_EQ(name_of(row.kind), row.name);
    EXPECT_EQ(kind_of(row.name), row.kind);
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(row.name.find(','), std::string_view::npos);
  }
  for (const char* foreign : {"", "std", "std_nodes", "Std_node", "cuckoo"}) {
    EXPECT_EQ(kind_of(foreign), Kind::kUnknown) << foreign;
  }
}

// The types of users' programs contain the numbers.
TEST(Kind, NumbersOfTheTaggedKindsStay) {
  const std::vector<std::string_view> names{"unknown",    "go_map",     "std_node",        "absl_flat",     "absl_node",
                                            "boost_flat", "boost_node", "boost_open_node", "tsl_hopscotch", "pmr"};
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(name_of(static_cast<Kind>(i)), names[i]);
}

std::string in_code(std::string_view name) { return "`" + std::string(name) + "`"; }

/// The cells of the row about `kind` in the table of docs/implementations.md; empty if it has none.
std::vector<std::string> documented(std::string_view kind) {
  std::ifstream file(BUCKETPROF_TEST_DATA "/../docs/implementations.md");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("| " + in_code(kind) + " |")) continue;
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, '|');) cells.push_back(cell);
    return cells;
  }
  return {};
}

TEST(Kind, EntriesAreWhereTheDocumentationPutsThem) {
  std::size_t rows = 0;
  for (const KindRow& row : kKinds) {
    const std::vector<std::string> cells = documented(row.name);
    if (cells.empty()) continue;
    ASSERT_EQ(cells.size(), 5U);  // nothing before the first bar, then kind, what, nodes, types
    ++rows;
    const std::string& nodes = cells[3];
    if (nodes == " yes ") {
      EXPECT_EQ(entries_of(row.kind), Entries::kInNodes) << row.name;
    } else if (nodes == " in pools ") {
      EXPECT_EQ(entries_of(row.kind), Entries::kUnknown) << row.name;
    } else {
      EXPECT_EQ(entries_of(row.kind), Entries::kInArrays) << row.name;
    }
    if (nodes.starts_with(" `")) {
      const Kind of_nodes = kind_of(std::string_view(nodes).substr(2, nodes.size() - 4));
      EXPECT_EQ(entries_of(of_nodes), Entries::kInNodes) << row.name;
    }
  }
  EXPECT_EQ(rows, 44U);
}

}  // namespace
}  // namespace bucketprof::tables
