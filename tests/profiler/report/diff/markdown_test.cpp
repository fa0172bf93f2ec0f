// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/diff/markdown.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/check_result.h"
#include "tests/support/page_checks.h"

namespace bucketprof::report {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing_support::sample_diff;

DiffOptions options() {
  DiffOptions made;
  made.base = "old.pb.gz";
  made.file = "new.pb.gz";
  return made;
}

TEST(DiffMarkdown, Whole) {
  EXPECT_EQ(diff_markdown(sample_diff(), options()), R"(## What changed in hash table memory

From <code>old.pb.gz</code> to <code>new.pb.gz</code>.

| total | before | after | growth | % |
|---|---:|---:|---:|---:|
| allocated | 60.0 MiB | 72.0 MiB | +12.0 MiB | +20.0 % |
| blocks allocated | 1,000 | 1,200 | +200 | +20.0 % |
| never used | - | - | - | - |
| in use | 30.0 MiB | 36.0 MiB | +6.0 MiB | +20.0 % |
| blocks in use | - | - | - | - |
| slack in use | - | - | - | - |
| rehashes | 2 | - | -2 | gone |

### Tables

| table | allocated | growth | in use | growth | slack in use | blocks | rehashes |
|---|---:|---:|---:|---:|---:|---:|---:|
| <code>users (go&#95;map)</code> | 50.0 MiB → 72.0 MiB | +22.0 MiB (+44.0 %) | 25.0 MiB → 36.0 MiB | +11.0 MiB (+44.0 %) | - | +700 | -2 |
| <code>old (std&#95;node)</code>, gone | 10.0 MiB → - | -10.0 MiB (gone) | 5.0 MiB → - | -5.0 MiB (gone) | - | -500 | - |

### Sites

| site | allocated | growth | in use | growth | slack in use | blocks | rehashes |
|---|---:|---:|---:|---:|---:|---:|---:|
| <code>users (go&#95;map)</code> <code>/src/users.cpp:12</code> <code>shop::load</code>, likely renamed from shop::fill | 50.0 MiB → 72.0 MiB | +22.0 MiB (+44.0 %) | 25.0 MiB → 36.0 MiB | +11.0 MiB (+44.0 %) | - | +700 | -2 |
| <code>old (std&#95;node)</code> <code>shop::drop</code>, gone, with what was counted under shop::a, shop::b | 10.0 MiB → - | -10.0 MiB (gone) | 5.0 MiB → - | -5.0 MiB (gone) | - | -500 | - |

)");
}

TEST(DiffMarkdown, NothingChanged) {
  EXPECT_EQ(diff_markdown({}, options()),
            "## What changed in hash table memory\n\n"
            "From <code>old.pb.gz</code> to <code>new.pb.gz</code>.\n\nNothing changed.\n");
}

TEST(DiffMarkdown, FiltersTopAndSampling) {
  DiffOptions some = options();
  some.top = 1;
  some.interval = 1024;
  const std::string page = diff_markdown(sample_diff(), some);
  EXPECT_THAT(page,
              HasSubstr("\nThese profiles are sampled, one block about every 1.0 KiB: all values are estimates.\n"));
  EXPECT_THAT(page, HasSubstr("\n... and 1 more tables.\n"));
  EXPECT_THAT(page, HasSubstr("\n... and 1 more sites.\n"));
  EXPECT_THAT(page, Not(HasSubstr("<code>old (")));
  some.table = *Regex::compile("nothing");
  EXPECT_THAT(diff_markdown(sample_diff(), some), HasSubstr("### Tables\n\nNone matches --table.\n"));
}

TEST(DiffMarkdown, HostileNamesAreText) {
  compare::Diff diff = sample_diff();
  for (const std::string& name : testing_support::hostile_names()) {
    compare::Change change = diff.total;
    change.table = change.kind = change.function = change.renamed_from = name;
    change.location = {name, name, 1};
    change.absorbs = {name, name};
    diff.tables.push_back(change);
    diff.sites.push_back(change);
  }
  DiffOptions hostile;
  hostile.base = hostile.file = "|`a`<script>\n::error::x";
  testing_support::expect_plain_markdown(diff_markdown(diff, hostile));
}

}  // namespace
}  // namespace bucketprof::report
