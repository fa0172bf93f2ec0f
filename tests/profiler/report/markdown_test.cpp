// SPDX-License-Identifier: Apache-2.0
//
// The report for pull requests, and that no name in a profile is more than text there.
#include "profiler/report/markdown.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/sample_profile.h"

namespace bucketprof::report {
namespace {

using testing::HasSubstr;
using testing::Not;

analyze::Analysis with_finding() {
  analyze::Analysis analysis = analyze::analyze(testing_support::sample_profile());
  findings::Finding finding;
  finding.id = findings::FindingId::kOverPreallocated;
  finding.problem = findings::OverPreallocated{.tables = 1, .hint = 1'000'000, .held = 40};
  finding.reserve = 52;
  finding.tables = {"prices"};
  finding.kind = "go_map";
  finding.site = {"shop::load_prices(std::string const&)", "/src/prices.cpp", 42};
  finding.avoidable = 40'106'802;
  analysis.findings = {finding};
  return analysis;
}

TEST(Markdown, FindingsComeFirst) {
  const std::string page = markdown(with_finding(), {});
  EXPECT_THAT(page, HasSubstr("## Hash table memory of server\n"));
  EXPECT_THAT(page, HasSubstr("**3.4 KiB** in use in 16 blocks, **560 B** of them hold no entry; 9.8 KiB allocated"));
  EXPECT_THAT(page, HasSubstr("Lost: 2 stacks.\n"));
  EXPECT_THAT(page,
              HasSubstr("| 38.2 MiB | <code>prices (go&#95;map)</code> | 1 table, whose array takes 1,000,000 entries, "
                        "never held more than 40 (`over_preallocated`) | <code>/src/prices.cpp:42</code> | "
                        "reserve(52) here |\n"));
  EXPECT_LT(page.find("### Findings"), page.find("### Tables"));
  EXPECT_THAT(page, HasSubstr("| <code>orders (std&#95;node)</code> | 1000 B |"));
}

TEST(Markdown, SaysThatThereIsNone) {
  EXPECT_THAT(markdown(analyze::analyze(testing_support::sample_profile()), {}), HasSubstr("### Findings\n\nNone.\n"));
}

TEST(Markdown, AForeignProfileShowsItsSites) {
  analyze::Analysis analysis = with_finding();
  analysis.tables.clear();
  analysis.has[model::kInuseSlack] = false;
  analysis.missing = {"tables and findings: there are none"};
  const std::string page = markdown(analysis, {});
  EXPECT_THAT(page, HasSubstr("in 16 blocks; 9.8 KiB allocated"));
  EXPECT_THAT(page, HasSubstr("Missing: tables and findings: there are none.\n"));
  EXPECT_THAT(page, HasSubstr("| <code>/src/prices.cpp:42</code> | <code>shop::load&#95;prices</code> | 2.4 KiB |"));
  EXPECT_THAT(page, Not(HasSubstr("Findings\n")));
}

TEST(Markdown, SampledFindingsHaveTheirError) {
  analyze::Analysis analysis = with_finding();
  analysis.facts.period = 524288;
  analysis.findings[0].confidence = findings::Confidence::kHigh;
  analysis.findings[0].error = 1 << 20;
  const std::string page = markdown(analysis, {});
  EXPECT_THAT(page, HasSubstr("| 38.2 MiB ± 1.0 MiB |"));
  EXPECT_THAT(page, HasSubstr("all values are estimates"));
}

TEST(Markdown, TopAndFilters) {
  ReportOptions options;
  options.top = 1;
  EXPECT_THAT(markdown(with_finding(), options), HasSubstr("... and 1 more tables."));
  options.table = *Regex::compile("nothing");
  const std::string page = markdown(with_finding(), options);
  EXPECT_THAT(page, Not(HasSubstr("<code>prices")));
}

TEST(Markdown, HostileNamesAreText) {
  analyze::Analysis analysis = with_finding();
  const std::string hostile = "</code>|`a`*b*_c_[d](e)<img src=x>\n# f @everyone ~g~ &amp; \\";
  analysis.findings[0].tables = {hostile};
  analysis.findings[0].site.file = hostile;
  analysis.tables[0].name = hostile;
  analysis.facts.program = "/bin/" + hostile;
  const std::string page = markdown(analysis, {});
  for (const char* part : {"</code>|", "`a`", "*b*", "_c_", "[d]", "<img", "\n# f", "@everyone", "~g~", "&amp;"}) {
    EXPECT_THAT(page, Not(HasSubstr(part))) << part;
  }
}

}  // namespace
}  // namespace bucketprof::report
