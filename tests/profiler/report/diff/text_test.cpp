// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/diff/text.h"
#include "profiler/report/format/text_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <sstream>

#include "tests/support/check_result.h"
#include "tests/support/page_checks.h"

namespace bucketprof::report {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing_support::sample_diff;

DiffOptions text_options() {
  DiffOptions made;
  made.base = "old.pb.gz";
  made.file = "new.pb.gz";
  return made;
}

TEST(DiffText, Whole) {
  EXPECT_EQ(diff_text(sample_diff(), text_options()), R"(DIFFERENCE  of what hash tables cost
  before    old.pb.gz
  after     new.pb.gz
  sampling  exact: every block was counted

TOTAL
                                  before           after          growth          %
      allocated                 60.0 MiB        72.0 MiB       +12.0 MiB    +20.0 %
      blocks allocated             1,000           1,200            +200    +20.0 %
      never used                       -               -               -          -
      in use                    30.0 MiB        36.0 MiB        +6.0 MiB    +20.0 %
      blocks in use                    -               -               -          -
      slack in use                     -               -               -          -
      rehashes                         2               -              -2       gone

TABLES  that changed, the largest change first
                                  before           after          growth          %
  users (go_map)
      allocated                 50.0 MiB        72.0 MiB       +22.0 MiB    +44.0 %
      blocks allocated               500           1,200            +700   +140.0 %
      in use                    25.0 MiB        36.0 MiB       +11.0 MiB    +44.0 %
      rehashes                         2               -              -2       gone
  old (std_node)
      gone
      allocated                 10.0 MiB               -       -10.0 MiB       gone
      blocks allocated               500               -            -500       gone
      in use                     5.0 MiB               -        -5.0 MiB       gone

SITES  that changed, the largest change first
                                  before           after          growth          %
  users (go_map)
      at /src/users.cpp:12 shop::load
      likely renamed from shop::fill
      allocated                 50.0 MiB        72.0 MiB       +22.0 MiB    +44.0 %
      blocks allocated               500           1,200            +700   +140.0 %
      in use                    25.0 MiB        36.0 MiB       +11.0 MiB    +44.0 %
      rehashes                         2               -              -2       gone
  old (std_node)
      at shop::drop
      gone
      with what was counted under shop::a, shop::b
      allocated                 10.0 MiB               -       -10.0 MiB       gone
      blocks allocated               500               -            -500       gone
      in use                     5.0 MiB               -        -5.0 MiB       gone
)");
}

TEST(DiffText, NothingChanged) {
  EXPECT_EQ(diff_text({}, text_options()),
            "DIFFERENCE  of what hash tables cost\n"
            "  before    old.pb.gz\n"
            "  after     new.pb.gz\n"
            "  sampling  exact: every block was counted\n"
            "  Nothing changed.\n");
}

TEST(DiffText, SampledValuesAreEstimates) {
  DiffOptions sampled = text_options();
  sampled.interval = 512 * 1024;
  EXPECT_THAT(diff_text(sample_diff(), sampled), HasSubstr("about every 512.0 KiB: all values are estimates\n"));
}

TEST(DiffText, FiltersAndTop) {
  DiffOptions some = text_options();
  some.top = 1;
  EXPECT_THAT(diff_text(sample_diff(), some), HasSubstr("  ... and 1 more tables: --top 0 shows all\n"));
  EXPECT_THAT(diff_text(sample_diff(), some), Not(HasSubstr("old (std_node)")));
  some.table = *Regex::compile("nothing");
  EXPECT_THAT(diff_text(sample_diff(), some), HasSubstr("first\n  none matches --table\n"));
  EXPECT_THAT(diff_text(sample_diff(), some), HasSubstr("  none matches --table and --site\n"));
  some.colour = true;
  EXPECT_THAT(diff_text(sample_diff(), some), HasSubstr("\x1b[1mTABLES\x1b[0m"));
}

TEST(DiffText, TheTotalAloneMayChange) {
  compare::Diff diff = sample_diff();
  diff.tables.clear();
  diff.sites.clear();
  EXPECT_THAT(diff_text(diff, text_options()), HasSubstr("SITES  that changed, the largest change first\n  none\n"));
}

TEST(DiffText, HostileNamesAndHugeNumbersStayOnThePage) {
  using Limits = std::numeric_limits<std::int64_t>;
  compare::Diff diff = sample_diff();
  diff.total.before.values.fill(Limits::min());
  diff.total.after.values.fill(Limits::max());
  for (const std::string& name : testing_support::hostile_names()) {
    compare::Change change = diff.total;
    change.table = change.kind = change.function = change.renamed_from = name;
    change.location = {name, name, Limits::max()};
    change.absorbs = {name, name};
    change.is_new = true;
    diff.tables.push_back(change);
    diff.sites.push_back(change);
  }
  DiffOptions hostile;
  hostile.base = hostile.file = std::string(5000, 'x') + "\n::error::x";
  testing_support::expect_plain_page(diff_text(diff, hostile), kWideText);
}

}  // namespace
}  // namespace bucketprof::report
