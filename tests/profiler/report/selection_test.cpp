// SPDX-License-Identifier: Apache-2.0
//
// Which rows --top, --table and --site select.
#include "profiler/report/selection.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "tests/support/findings_of.h"
#include "tests/support/sample_profile.h"

namespace bucketprof::report {
namespace {

class SelectionTest : public testing::Test {
 protected:
  analyze::Analysis analysis_ = analyze::analyze(testing_support::sample_profile());
  ReportOptions options_;
};

TEST_F(SelectionTest, EverythingByDefault) {
  const Selection selection = select(analysis_, options_);
  EXPECT_EQ(selection.tables.size(), 2U);
  EXPECT_EQ(selection.sites.size(), 2U);
  EXPECT_EQ(selection.more_tables + selection.more_sites, 0U);
}

TEST_F(SelectionTest, TopLeavesTheHeaviestAndCountsTheRest) {
  options_.top = 1;
  const Selection selection = select(analysis_, options_);
  ASSERT_EQ(selection.tables.size(), 1U);
  EXPECT_EQ(selection.tables[0]->name, "prices");
  EXPECT_EQ(selection.more_tables, 1U);
  EXPECT_EQ(selection.more_sites, 1U);
}

TEST_F(SelectionTest, TableFiltersTablesAndTheirSites) {
  options_.table = *Regex::compile("^ord");
  const Selection selection = select(analysis_, options_);
  ASSERT_EQ(selection.tables.size(), 1U);
  ASSERT_EQ(selection.sites.size(), 1U);
  EXPECT_EQ(selection.sites[0]->table, "orders");
}

TEST_F(SelectionTest, SiteMatchesFunctionOrFile) {
  options_.site = *Regex::compile("load_prices");
  EXPECT_EQ(select(analysis_, options_).sites.size(), 1U);
  EXPECT_EQ(select(analysis_, options_).tables.size(), 2U);
  options_.site = *Regex::compile("orders\\.cpp$");
  ASSERT_EQ(select(analysis_, options_).sites.size(), 1U);
  EXPECT_EQ(select(analysis_, options_).sites[0]->caller.line, 17);
  options_.site = *Regex::compile("nobody");
  EXPECT_TRUE(select(analysis_, options_).sites.empty());
}

class FindingSelectionTest : public testing::Test {
 protected:
  FindingSelectionTest() {
    testing_support::TableProfile tables;
    const auto add = [&tables](const char* table, std::int64_t line, const char* function, std::int64_t blocks) {
      tables.blocks(testing_support::absl_array("hint", 2047, 5, 1792, table), testing_support::at(line, function),
                    blocks, 5);
    };
    add("users", 10, "load_users()", 100);
    add("orders", 20, "load<Order>()", 50);
    add("carts", 20, "load<Cart>()", 40);  // the same line as orders: one finding of two tables
    analysis_ = analyze::analyze(std::move(tables).finish());
  }
  [[nodiscard]] std::vector<std::int64_t> lines() const {
    std::vector<std::int64_t> lines;
    for (const findings::Finding* finding : select(analysis_, options_).findings) lines.push_back(finding->site.line);
    return lines;
  }
  analyze::Analysis analysis_;
  ReportOptions options_;
};

TEST_F(FindingSelectionTest, EverythingByDefault) {
  EXPECT_EQ(lines(), (std::vector<std::int64_t>{10, 20}));
  EXPECT_EQ(select(analysis_, options_).more_findings, 0U);
}

TEST_F(FindingSelectionTest, TopLeavesTheFirst) {
  options_.top = 1;
  EXPECT_EQ(lines(), (std::vector<std::int64_t>{10}));
  EXPECT_EQ(select(analysis_, options_).more_findings, 1U);
}

TEST_F(FindingSelectionTest, TableMatchesAnyOfAFinding) {
  options_.table = *Regex::compile("^carts$");
  EXPECT_EQ(lines(), (std::vector<std::int64_t>{20}));
  options_.table = *Regex::compile("^orders$");
  EXPECT_EQ(lines(), (std::vector<std::int64_t>{20}));
  options_.table = *Regex::compile("nobody");
  EXPECT_TRUE(lines().empty());
}

TEST_F(FindingSelectionTest, SiteMatchesFunctionOrFile) {
  options_.site = *Regex::compile("load_users");
  EXPECT_EQ(lines(), (std::vector<std::int64_t>{10}));
  options_.site = *Regex::compile("f\\.cpp$");
  EXPECT_EQ(lines(), (std::vector<std::int64_t>{10, 20}));
  options_.site = *Regex::compile("main");  // the caller of the call site, which does not count
  EXPECT_TRUE(lines().empty());
}

}  // namespace
}  // namespace bucketprof::report
