// SPDX-License-Identifier: Apache-2.0
//
// Inserts title and data into the page. What comes from the profile is escaped, so it never acts as markup.
#include "profiler/report/html.h"

#include <cstddef>
#include <string_view>

#include "profiler/report/format/units.h"
#include "profiler/report/format/xml.h"
#include "profiler/report/page.h"
#include "profiler/report/page_data.h"

namespace bucketprof::report {
namespace {

constexpr std::size_t kTitleLength = 80;

std::string title_of(const facts::Facts& facts) {
  const std::string_view program = facts.program;
  return "Hash table memory" + (program.empty() ? "" : " of " + std::string(base_name(program)));
}

}  // namespace

std::string html(const analyze::Analysis& analysis, const analyze::Flame& flame, const ReportOptions& options) {
  const std::string data = page_data(analysis, flame, options);
  const std::size_t title = kPage.find(kPageTitle);
  const std::size_t place = kPage.find(kPageData);
  std::string page;
  page.reserve(kPage.size() + data.size() + kTitleLength);
  page += kPage.substr(0, title);
  page += xml_text(elide_end(title_of(analysis.facts), kTitleLength));
  page += kPage.substr(title + kPageTitle.size(), place - title - kPageTitle.size());
  page += data;
  page += kPage.substr(place + kPageData.size());
  return page;
}

}  // namespace bucketprof::report
