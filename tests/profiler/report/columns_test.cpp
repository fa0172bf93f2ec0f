// SPDX-License-Identifier: Apache-2.0
//
// Columns are aligned, and depend on which values the profile has.
#include "profiler/report/columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bucketprof::report {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Columns, OfAWholeProfile) {
  analyze::Analysis analysis;
  analysis.has.fill(true);
  const Columns columns(analysis);
  facts::SampleValues amounts;
  amounts.values = {1234, 5 << 20, 7, 1 << 20, 1 << 19, 1 << 18};
  const std::string cells = columns.cells(amounts);
  EXPECT_EQ(cells.size(), columns.width());
  EXPECT_EQ(columns.titles().size(), columns.width());
  EXPECT_LT(columns.width(), 75U);
  for (const char* text : {"1,234", "5.0 MiB", "1.0 MiB", "512.0 KiB", "256.0 KiB", "25 %"})
    EXPECT_THAT(cells, HasSubstr(text));
}

TEST(Columns, ZerosAreDashes) {
  analyze::Analysis analysis;
  analysis.has.fill(true);
  EXPECT_EQ(Columns(analysis).cells({}).find_first_not_of(" -"), std::string::npos);
}

TEST(Columns, OfAProfileWithoutSlack) {
  analyze::Analysis analysis;
  analysis.has = {true, true, true, true, false, false};
  const Columns columns(analysis);
  EXPECT_THAT(columns.titles(), HasSubstr("in use"));
  EXPECT_THAT(columns.titles(), Not(HasSubstr("slack")));
}

TEST(Columns, OfAForeignProfileShowItsDefaultType) {
  analyze::Analysis analysis;
  analysis.weight_type = "cpu";
  analysis.weight_unit = "nanoseconds";
  const Columns columns(analysis);
  facts::SampleValues amounts;
  amounts.weight = 12345;
  EXPECT_THAT(columns.titles(), HasSubstr("cpu"));
  EXPECT_THAT(columns.cells(amounts), HasSubstr("12,345 nanoseconds"));
}

}  // namespace
}  // namespace bucketprof::report
