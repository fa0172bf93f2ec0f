// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/diff/rows.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/support/check_result.h"

namespace bucketprof::report {
namespace {

using testing_support::sample_diff;

constexpr auto kSpace = static_cast<compare::Metric>(model::kAllocSpace);

TEST(DiffRows, OnlyWhatChanged) {
  const compare::Diff diff = sample_diff();
  const DiffRows rows = rows_of(diff, {});
  ASSERT_EQ(rows.tables.size(), 2U);
  EXPECT_EQ(rows.tables[0]->table, "users");
  EXPECT_EQ(rows.tables[1]->table, "old");
  EXPECT_EQ(rows.sites.size(), 2U);
  EXPECT_TRUE(rows.any && rows.any_table && rows.any_site);
  EXPECT_FALSE(rows_of({}, {}).any);
}

TEST(DiffRows, ANewNameIsAChange) {
  compare::Diff diff;
  compare::Change row;
  row.table = "users";
  row.before.values[kSpace] = row.after.values[kSpace] = 10;
  diff.tables = {row};
  row.function = "shop::read";
  diff.sites = {row};
  EXPECT_FALSE(rows_of(diff, {}).any);
  diff.sites[0].renamed_from = "shop::load";
  EXPECT_TRUE(rows_of(diff, {}).any);
  EXPECT_TRUE(rows_of(diff, {}).tables.empty());
  EXPECT_EQ(rows_of(diff, {}).sites.size(), 1U);
}

TEST(DiffRows, FiltersAndTop) {
  const compare::Diff diff = sample_diff();
  DiffOptions options;
  options.top = 1;
  EXPECT_EQ(rows_of(diff, options).tables.size(), 1U);
  EXPECT_EQ(rows_of(diff, options).more_tables, 1U);
  EXPECT_EQ(rows_of(diff, options).more_sites, 1U);
  options.table = *Regex::compile("^old$");
  EXPECT_EQ(rows_of(diff, options).tables[0]->table, "old");
  EXPECT_EQ(rows_of(diff, options).sites[0]->function, "shop::drop");
  options = {};
  options.site = *Regex::compile("users[.]cpp");
  ASSERT_EQ(rows_of(diff, options).sites.size(), 1U);
  EXPECT_EQ(rows_of(diff, options).sites[0]->function, "shop::load");
  options.site = *Regex::compile("::drop");
  EXPECT_EQ(rows_of(diff, options).sites[0]->function, "shop::drop");
  options.site = *Regex::compile("nowhere");
  EXPECT_TRUE(rows_of(diff, options).sites.empty());
  EXPECT_TRUE(rows_of(diff, options).any_site);
}

TEST(DiffRows, Cells) {
  compare::Change change;
  const auto cells = [&change](std::int64_t before, std::int64_t after) {
    change.before.values[kSpace] = before;
    change.after.values[kSpace] = after;
    const DiffCells made = cells_of(change, kSpace);
    return made.before + "|" + made.after + "|" + made.growth + "|" + made.percent;
  };
  EXPECT_EQ(cells(0, 0), "-|-|-|-");
  EXPECT_EQ(cells(1024, 1024), "1.0 KiB|1.0 KiB|-|-");
  EXPECT_EQ(cells(1024, 2048), "1.0 KiB|2.0 KiB|+1.0 KiB|+100.0 %");
  EXPECT_EQ(cells(2048, 1024), "2.0 KiB|1.0 KiB|-1.0 KiB|-50.0 %");
  EXPECT_EQ(cells(0, 10), "-|10 B|+10 B|new");
  EXPECT_EQ(cells(10, 0), "10 B|-|-10 B|gone");
  EXPECT_EQ(cells(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()),
            "-8.0 EiB|8.0 EiB|+8.0 EiB|");
}

TEST(DiffRows, UnknownSlackIsNot0) {
  compare::Change row;
  row.tells_slack = false;
  EXPECT_EQ(cells_of(row, static_cast<compare::Metric>(model::kInuseSlack)).after, "?");
  EXPECT_EQ(cells_of(row, kSpace).after, "-");
}

TEST(DiffRows, Remarks) {
  const compare::Diff diff = sample_diff();
  EXPECT_EQ(remarks_on(diff.sites[0]), std::vector<std::string>{"likely renamed from shop::fill"});
  EXPECT_EQ(remarks_on(diff.sites[1]),
            (std::vector<std::string>{"gone", "with what was counted under shop::a, shop::b"}));
  compare::Change change;
  change.is_new = true;
  EXPECT_EQ(remarks_on(change), std::vector<std::string>{"new"});
}

TEST(DiffRows, Estimates) {
  EXPECT_EQ(estimates_sentence(1), "");
  EXPECT_EQ(estimates_sentence(512 * 1024), "sampled, one block about every 512.0 KiB: all values are estimates");
}

}  // namespace
}  // namespace bucketprof::report
