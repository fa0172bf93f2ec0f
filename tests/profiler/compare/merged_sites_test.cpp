// SPDX-License-Identifier: Apache-2.0
//
// Which rows are merged. diff_test.cpp tests whole differences.
#include "profiler/compare/merged_sites.h"

#include <gtest/gtest.h>

namespace bucketprof::compare {
namespace {

/// Hand-made rows of one table.
class MovedTest : public testing::Test {
 protected:
  void row(const char* function, std::int64_t before, std::int64_t after, Callers callers,
           std::vector<Name> also = {}) {
    Change change;
    change.function = function;
    for (const auto& [cost, bytes] : {std::pair(&change.before, before), {&change.after, after}}) {
      cost->values[model::kAllocSpace] = bytes;
      cost->values[model::kAllocObjects] = bytes / 10;
    }
    change.is_new = before == 0;
    change.is_gone = after == 0;
    SiteCost site;
    site.function = function;
    site.callers = callers;
    site.also = std::move(also);
    changes_.push_back(change);
    sites_.push_back(site);
  }

  /// The rows that are left, in order, as "function+merged+... growth".
  std::vector<std::string> merged() {
    std::vector<MergeableRow> rows;
    for (std::size_t i = 0; i < changes_.size(); ++i) rows.emplace_back(changes_[i], sites_[i]);
    merge_inlined_sites(rows);
    std::vector<std::string> left;
    for (const MergeableRow& candidate : rows) {
      if (candidate.merged) continue;
      left.push_back(candidate.change->function.str());
      for (const Name held : candidate.change->absorbs) left.back() += "+" + held.str();
      left.back() += " " + std::to_string(candidate.growth());
    }
    return left;
  }

 private:
  std::vector<Change> changes_;
  std::vector<SiteCost> sites_;
};

using Rows = std::vector<std::string>;

TEST_F(MovedTest, ToACaller) {
  row("put", 1000, 0, {"load", "main"});
  row("load", 50, 1050, {"main"});
  EXPECT_EQ(merged(), Rows{"load+put 0"});
}

TEST_F(MovedTest, ToEachOfSeveralCallers) {
  row("put", 900, 0, {"load", "main"}, {"import", "reload"});
  row("load", 0, 300, {"main"});
  row("import", 0, 300, {"serve"});
  row("reload", 10, 310, {"serve"});
  EXPECT_EQ(merged(), Rows{"reload+put+load+import 0"});
}

TEST_F(MovedTest, FunctionsOfOneBody) {
  row("charge", 1000, 300, {"settle"});
  row("refund", 0, 700, {"settle"});
  EXPECT_EQ(merged(), Rows{"charge+refund 0"});
}

TEST_F(MovedTest, WhatHasNothingToDoWithItStaysApart) {
  row("put", 1000, 0, {"load", "main"});
  row("serve", 50, 1050, {"loop", "main"});  // not a caller of put
  row("store", 0, 700, {"loop"});            // called from elsewhere
  row("fetch", 500, 400, {"load"});          // changed by another amount
  row("fresh", 0, 500, {"load"});
  EXPECT_EQ(merged(), (Rows{"put -1000", "serve 1000", "store 700", "fetch -100", "fresh 500"}));
}

TEST_F(MovedTest, WhatIsLeftOfRowsDoesNotHideALargerChange) {
  row("put", 1000, 0, {"load"}, {"import"});
  row("load", 10, 1000, {"main"});
  row("import", 500, 900, {"main"});  // also grew on its own
  EXPECT_EQ(merged(), (Rows{"load+put -10", "import 400"}));
}

}  // namespace
}  // namespace bucketprof::compare
