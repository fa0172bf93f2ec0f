// SPDX-License-Identifier: Apache-2.0
//
// The text report: what it must contain, and that no line is longer than 100 columns.
#include "profiler/report/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/support/sample_profile.h"

namespace bucketprof::report {
namespace {

using testing::HasSubstr;
using testing::Not;

void expect_narrow(const std::string& page) {
  std::istringstream lines(page);
  std::string line;
  while (std::getline(lines, line)) EXPECT_LE(line.size(), kTextWidth) << line;
}

TEST(Text, SaysWhatAStrangerNeeds) {
  ReportOptions options;
  options.files = {"server.pb.gz"};
  const std::string page = text(analyze::analyze(testing_support::sample_profile()), options);
  expect_narrow(page);
  for (const char* part :
       {"server", "/opt/shop/bin/server", "the high-water mark", "4.567s after the start",
        "exact: every block was counted", "LOST      2 stacks",
        "in use at the high-water mark: 3.4 KiB (3,500 bytes) in 16 blocks",
        "allocated over the whole run: 9.8 KiB (10,000 bytes) in 63 blocks", "prices (go_map)", "orders (std_node)",
        "part  overflow", "cause grow_double", "/src/prices.cpp:42", "> shop::load_prices", "Map::make_bucket_array",
        "go tool pprof -http=localhost: server.pb.gz", "-tagroot=table"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
  EXPECT_LT(page.find("prices (go_map)"), page.find("orders (std_node)"));
  EXPECT_THAT(page, Not(HasSubstr("\x1b")));
}

TEST(Text, SaysWhatArraysHeldAndWhichTablesAreGrowing) {
  analyze::Analysis analysis = analyze::analyze(testing_support::sample_profile());
  analysis.tables[0].held = {{.slots = 4096, .arrays = 5, .least = 1742, .most = 1979},
                             {.slots = 8192, .arrays = 1, .least = 2254, .most = 2254}};
  analysis.tables[0].counts.ever = 1;
  analysis.tables[0].counts.alive = 2;
  analysis.tables[0].counts.is_growing = true;
  const std::string page = text(analysis, {});
  expect_narrow(page);
  EXPECT_THAT(page, HasSubstr("      held    5x4,096: 1,742 to 1,979; 1x8,192: 2,254 (arrays x slots: entries when "
                              "freed, or at the\n              end)"));
  EXPECT_THAT(page, HasSubstr("      tables  1 ever, 2 arrays in use while growing"));
}

TEST(Text, FindingsComeFirst) {
  analyze::Analysis analysis = analyze::analyze(testing_support::sample_profile());
  EXPECT_THAT(text(analysis, {}), HasSubstr("explains each\n  none\n  not known   for 1 of 2 tables: "));
  findings::Finding finding;
  finding.id = findings::FindingId::kGrownInSteps;
  finding.problem = findings::GrownInSteps{.tables = 1, .growths = 14, .moved = 1'106'491, .held = 100'000};
  finding.reserve = 106'496;
  finding.tables = {"prices"};
  finding.kind = "go_map";
  finding.site = {"shop::load_prices(std::string const&)", "/src/" + std::string(100, 'x') + ".cpp", 42};
  finding.avoidable = 2'851'848;
  analysis.findings = {finding};
  const std::string page = text(analysis, {});
  expect_narrow(page);
  EXPECT_THAT(page,
              HasSubstr("     2.7 MiB  grown_in_steps: prices (go_map)\n"
                        "              1 table grew 14 times on the way to 100,000 entries and moved 1,106,491 entries "
                        "doing\n              so.\n"
                        "      do      reserve(106496) before the first insert.\n"
                        "      at      ..."));
  EXPECT_THAT(page, HasSubstr("xxx.cpp:42 shop::load_prices\n      saves   2.7 MiB of what the run allocates.\n"));
  EXPECT_LT(page.find("FINDINGS"), page.find("TABLES"));
}

TEST(Text, FiltersAndTop) {
  const analyze::Analysis analysis = analyze::analyze(testing_support::sample_profile());
  ReportOptions options;
  options.top = 1;
  EXPECT_THAT(text(analysis, options), HasSubstr("... and 1 more tables: --top 0 shows all"));
  EXPECT_THAT(text(analysis, options), Not(HasSubstr("orders (std_node)")));
  options.table = *Regex::compile("nothing");
  EXPECT_THAT(text(analysis, options), HasSubstr("no table's name matches --table"));
  EXPECT_THAT(text(analysis, options), HasSubstr("none matches --table and --site"));
}

TEST(Text, ColourOnlyWhenAskedFor) {
  ReportOptions options;
  options.colour = true;
  EXPECT_THAT(text(analyze::analyze(testing_support::sample_profile()), options), HasSubstr("\x1b[1mTABLES\x1b[0m"));
}

TEST(Text, SampledProfilesAreSaidToBeEstimates) {
  model::Profile profile = testing_support::sample_profile();
  profile.period = 524288;
  EXPECT_THAT(text(analyze::analyze(profile), {}), HasSubstr("about every 512.0 KiB"));
}

TEST(Text, LongNamesAndDeepStacksStayOnThePage) {
  model::Builder builder = model::Builder::ours(1);
  const auto mapping =
      builder.mapping({0x1000, 0x10000000, 0, builder.string("/very" + std::string(300, 'x') + "/bin\x1b[2Jary"), 0});
  std::vector<testing_support::NamedFrame> frames;
  for (int i = 0; i < 30; ++i)
    frames.push_back({"std::deep<" + std::string(300, 'y') + ">::f" + std::to_string(i) + "()",
                      "/s/" + std::string(200, 'z') + ".h", i});
  frames.push_back({"user::" + std::string(300, 'w') + "()", "/s/" + std::string(200, 'v') + ".cpp", 12345});
  const std::array labels{builder.label("table", std::string(200, 't')), builder.label("kind", "go_map")};
  builder.sample(testing_support::add_stack(builder, mapping, frames), labels,
                 std::array<std::int64_t, 6>{9, 9, 9, 9, 9, 9});
  const std::string page = text(analyze::analyze(std::move(builder).finish()), {});
  expect_narrow(page);
  EXPECT_THAT(page, HasSubstr("> ..."));  // the caller, though it is the 31st frame
  EXPECT_THAT(page, Not(HasSubstr("\x1b")));
}

TEST(Text, ProfilesOfOthersSayWhatIsMissing) {
  model::Profile header;
  header.strings = {"", "samples", "count"};
  header.sample_types = {{1, 2}};
  model::Builder builder(header);
  const auto mapping = builder.mapping({0x1000, 0x100000, 0, builder.string("/bin/x"), 0});
  builder.sample(testing_support::add_stack(builder, mapping, {{"busy()", "b.cpp", 3}}), {},
                 std::array<std::int64_t, 1>{7});
  const std::string page = text(analyze::analyze(std::move(builder).finish()), {});
  expect_narrow(page);
  EXPECT_THAT(page, HasSubstr("missing   values of alloc_objects"));
  EXPECT_THAT(page, HasSubstr("missing   tables"));
  EXPECT_THAT(page, HasSubstr("busy"));
  EXPECT_THAT(page, Not(HasSubstr("TABLES")));
}

TEST(Text, AnEmptyProfile) {
  const std::string page = text(analyze::analyze(model::Builder::ours(1).finish()), {});
  EXPECT_THAT(page, HasSubstr("unknown program"));
  EXPECT_THAT(page, HasSubstr("none"));
}

}  // namespace
}  // namespace bucketprof::report
