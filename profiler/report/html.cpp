// SPDX-License-Identifier: Apache-2.0
//
// Fills the page. Data goes in as data, never as markup. Thread-safe (no state).
#include "profiler/report/html.h"

#include <cstddef>
#include <string_view>

#include "profiler/report/page.h"
#include "profiler/report/page_data.h"
#include "profiler/report/units.h"

namespace bucketprof::report {
namespace {

constexpr std::size_t kTitleLength = 80;

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '&':
        result += "&amp;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string title_of(const analyze::Facts& facts) {
  const std::string_view program = facts.program;
  return "Hash table memory" + (program.empty() ? "" : " of " + std::string(base_name(program)));
}

}  // namespace

std::string html(const analyze::Analysis& analysis, const analyze::Flame& flame, const Options& options) {
  const std::string data = page_data(analysis, flame, options);
  const std::size_t title = kPage.find(kPageTitle);
  const std::size_t place = kPage.find(kPageData);
  std::string page;
  page.reserve(kPage.size() + data.size() + kTitleLength);
  page += kPage.substr(0, title);
  page += escaped(keep_start(title_of(analysis.facts), kTitleLength));
  page += kPage.substr(title + kPageTitle.size(), place - title - kPageTitle.size());
  page += data;
  page += kPage.substr(place + kPageData.size());
  return page;
}

}  // namespace bucketprof::report
