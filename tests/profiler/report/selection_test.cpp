// SPDX-License-Identifier: Apache-2.0
//
// Which rows --top, --table and --site leave.
#include "profiler/report/selection.h"

#include <gtest/gtest.h>

#include "tests/support/sample_profile.h"

namespace bucketprof::report {
namespace {

class SelectionTest : public testing::Test {
 protected:
  analyze::Analysis analysis_ = analyze::analyze(testing_support::sample_profile());
  Options options_;
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
  options_.table = *Pattern::compile("^ord");
  const Selection selection = select(analysis_, options_);
  ASSERT_EQ(selection.tables.size(), 1U);
  ASSERT_EQ(selection.sites.size(), 1U);
  EXPECT_EQ(selection.sites[0]->table, "orders");
}

TEST_F(SelectionTest, SiteMatchesFunctionOrFile) {
  options_.site = *Pattern::compile("load_prices");
  EXPECT_EQ(select(analysis_, options_).sites.size(), 1U);
  EXPECT_EQ(select(analysis_, options_).tables.size(), 2U);
  options_.site = *Pattern::compile("orders\\.cpp$");
  ASSERT_EQ(select(analysis_, options_).sites.size(), 1U);
  EXPECT_EQ(select(analysis_, options_).sites[0]->caller.line, 17);
  options_.site = *Pattern::compile("nobody");
  EXPECT_TRUE(select(analysis_, options_).sites.empty());
}

}  // namespace
}  // namespace bucketprof::report
