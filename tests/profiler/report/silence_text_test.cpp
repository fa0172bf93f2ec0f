// SPDX-License-Identifier: Apache-2.0
//
// What reports say where findings cannot be computed, in each format; and that unknown is never 0.
#include "profiler/report/silence_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "profiler/recognize/classify.h"
#include "profiler/report/json.h"
#include "profiler/report/markdown.h"
#include "profiler/report/page_data.h"
#include "profiler/report/text.h"
#include "tests/support/table_profile.h"

namespace bucketprof::report {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing_support::BlockSample;

BlockSample array_of(const std::string& table, const std::string& kind, std::optional<std::int64_t> peak,
                     const std::string& part = "buckets") {
  return {.table = table, .kind = kind, .part = part, .bytes = 1024, .slots = 100, .peak = peak};
}

analyze::Analysis analysis_of(const std::vector<BlockSample>& blocks) {
  testing_support::TableProfile tables;
  std::int64_t line = 10;
  for (const BlockSample& block : blocks) tables.blocks(block, testing_support::at(line++), 2, 0, 1);
  tables.builder().comment("bucketprof.version 0.1.0");
  return analyze::analyze(std::move(tables).finish());
}

TEST(SilenceText, IsEmptyWhereAllWasComputed) {
  const analyze::Analysis whole = analysis_of({array_of("users", "go_map", 1)});
  EXPECT_THAT(silence_texts(whole), IsEmpty());
  EXPECT_TRUE(computes_findings(whole));
  EXPECT_THAT(text(whole, {}), HasSubstr("explains each\n  none\n"));
  EXPECT_THAT(markdown(whole, {}), HasSubstr("\nNone.\n"));
  EXPECT_EQ(Json::parse(json(whole, {}))["findings_unknown"], Json::array());
}

TEST(SilenceText, SaysWhyThereIsNone) {
  const analyze::Analysis delta = analysis_of({array_of("users", "go_map", {})});
  ASSERT_EQ(silence_texts(delta).size(), 1U);
  EXPECT_EQ(silence_texts(delta)[0].reason, "no_peaks");
  EXPECT_THAT(text(delta, {}), HasSubstr("  none can be computed\n  not known   the profile does not tell how full"));
  EXPECT_THAT(markdown(delta, {}), HasSubstr("None can be computed.\n\nNot computed: the profile does not tell"));
  const Json unknown = Json::parse(json(delta, {}))["findings_unknown"];
  ASSERT_EQ(unknown.size(), 1U);
  EXPECT_EQ(unknown[0]["reason"], "no_peaks");
  EXPECT_EQ(unknown[0]["tables"], 1);
  const Json page = Json::parse(page_data(delta, {}, {}));
  EXPECT_EQ(page["computes_findings"], false);
  EXPECT_EQ(page["silences"].size(), 1U);
}

TEST(SilenceText, NamesOnlySomeTables) {
  const analyze::Analysis mixed = analysis_of({array_of("users", "go_map", 1), array_of("robins", "tsl_robin", {}),
                                               array_of("others", "unknown", {}, "other")});
  const auto texts = silence_texts(mixed);
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_THAT(texts[0].text, HasSubstr("for 1 of 3 tables: it is not known how"));
  EXPECT_THAT(texts[1].text, HasSubstr("only grown_in_steps is computed"));
  EXPECT_TRUE(computes_findings(mixed));
  EXPECT_THAT(text(mixed, {}), HasSubstr("  none\n  not known"));
}

TEST(SilenceText, OfAProfileWithoutKnownTables) {
  testing_support::TableProfile tables;
  tables.builder().comment("bucketprof.agent version=1 allocator=libc");
  BlockSample block{.table = "", .kind = "", .part = "", .cause = "", .bytes = 100};
  tables.blocks(block, testing_support::at(1), 5, 0, 1);
  const analyze::Analysis analysis = analyze::analyze(recognize::classify(std::move(tables).finish()));
  ASSERT_EQ(silence_texts(analysis).size(), 1U);
  EXPECT_EQ(silence_texts(analysis)[0].reason, "no_table");
  EXPECT_FALSE(computes_findings(analysis));
  EXPECT_THAT(text(analysis, {}), HasSubstr("  none can be computed\n"));
}

TEST(SilenceText, OtherAllocationsAreNoTable) {
  testing_support::TableProfile tables;
  tables.builder().comment("bucketprof.agent version=1 allocator=libc");
  tables.blocks({.table = "", .kind = "", .part = "", .cause = "", .bytes = 100}, testing_support::at(1), 5, 0, 1);
  const analyze::Analysis analysis =
      analyze::analyze(recognize::classify(std::move(tables).finish(), {recognize::Unclassified::kOneRow}));
  ASSERT_EQ(analysis.tables.size(), 1U);
  EXPECT_EQ(silence_texts(analysis).at(0).reason, "no_table");
  EXPECT_THAT(analysis.missing, testing::ElementsAre(HasSubstr("tables: no stack has a known one")));
  EXPECT_THAT(markdown(analysis, {}), HasSubstr("| ? | ? | ? |"));
}

TEST(SilenceText, UnknownIsNever0) {
  const analyze::Analysis unknown = analysis_of({array_of("others", "unknown", {}, "other")});
  EXPECT_THAT(text(unknown, {}), HasSubstr("never used, bytes that never held an entry: not known"));
  EXPECT_THAT(text(unknown, {}), Not(HasSubstr("0 %")));
  EXPECT_THAT(markdown(unknown, {}), HasSubstr("| 1.0 KiB | ? | ? | ? | 2.0 KiB |"));
  EXPECT_THAT(markdown(unknown, {}), Not(HasSubstr("hold no entry")));
  const Json report = Json::parse(json(unknown, {}));
  EXPECT_TRUE(report["totals"]["alloc_slack"].is_null());
  EXPECT_EQ(report["slack_of"]["alloc_space"], 0);
  for (const char* count : {"ever", "alive", "entries", "capacity", "entries_size", "growths", "same_size_growths"})
    EXPECT_TRUE(report["tables"][0][count].is_null()) << count;
}

TEST(SilenceText, SlackIsThatOfTablesThatTell) {
  const analyze::Analysis mixed = analysis_of({array_of("users", "go_map", 1), array_of("robins", "tsl_robin", {})});
  EXPECT_THAT(text(mixed, {}), HasSubstr("(100 %) of the 1.0 KiB in tables that tell"));
  EXPECT_THAT(markdown(mixed, {}), HasSubstr("of the 1.0 KiB in tables that tell hold no entry"));
}

}  // namespace
}  // namespace bucketprof::report
