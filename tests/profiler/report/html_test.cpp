// SPDX-License-Identifier: Apache-2.0
//
// The page as text: one document that loads nothing, with no name of the profile outside its data. tests/browser tests
// its behaviour in a browser.
#include "profiler/report/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "profiler/report/page.h"
#include "tests/support/large_profile.h"
#include "tests/support/random_profile.h"
#include "tests/support/sample_profile.h"
#include "tests/support/sanitized.h"

namespace bucketprof::report {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string page(const model::Profile& profile, const ReportOptions& options = {}) {
  return html(analyze::analyze(profile), analyze::flame(profile), options);
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t number = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++number;
  return number;
}

nlohmann::json data_of(const std::string& page) {
  constexpr std::string_view kStart = "id=\"data\">";
  const std::size_t first = page.find(kStart) + kStart.size();
  return nlohmann::json::parse(page.substr(first, page.find("</script>", first) - first));
}

TEST(Html, IsOneDocumentWithItsData) {
  const std::string text = page(testing_support::sample_profile());
  EXPECT_TRUE(text.starts_with("<!DOCTYPE html>"));
  EXPECT_TRUE(text.ends_with("</html>\n"));
  EXPECT_THAT(text, HasSubstr("<title>Hash table memory of server</title>"));
  EXPECT_EQ(data_of(text)["facts"]["program"], "/opt/shop/bin/server");
  EXPECT_THAT(text, Not(HasSubstr("{{")));
}

TEST(Html, NeedsNothingFromElsewhere) {
  const std::string text(kPage);
  for (const char* reference :
       {"src=", "url(", "@import", "fetch(", "XMLHttpRequest", "import ", "innerHTML", "eval("}) {
    EXPECT_EQ(count(text, reference), 0U) << reference;
  }
  EXPECT_EQ(count(text, "http"), count(text, "http-equiv") + count(text, "http://www.w3.org/2000/svg"));
  EXPECT_EQ(count(text, "{{title}}"), 1U);
  EXPECT_EQ(count(text, "{{data}}"), 1U);
  EXPECT_THAT(text, testing::ContainsRegex("script-src 'sha256-[A-Za-z0-9+/]+='"));
  EXPECT_THAT(text, HasSubstr("default-src 'none'"));
}

TEST(Html, NamesStayText) {
  const std::string text = page(testing_support::hostile_profile());
  // The page's own two scripts.
  EXPECT_EQ(count(text, "</script"), 2U);
  EXPECT_EQ(count(text, "<img"), 0U);
  EXPECT_EQ(count(text, "<!--"), 1U);
  EXPECT_THAT(text, HasSubstr("\\u003c/script\\u003e"));
  EXPECT_EQ(data_of(text)["flame"]["names"].size(), 3U);
}

TEST(Html, AnEmptyProfileIsAPage) {
  for (const model::Profile& profile : {model::Builder::ours(1).finish(), model::Profile{}}) {
    const std::string text = page(profile);
    EXPECT_THAT(text, HasSubstr("<title>Hash table memory</title>"));
    EXPECT_EQ(data_of(text)["tables"]["rows"].size(), 0U);
    EXPECT_EQ(data_of(text)["flame"]["names"].size(), 1U);
  }
}

TEST(Html, AForeignProfileKeepsItsSampleTypes) {
  for (std::uint64_t seed = 0; seed < testing_support::rounds(10); ++seed) {
    const model::Profile profile = testing_support::random_foreign_profile(seed);
    const auto data = data_of(page(profile));
    EXPECT_EQ(data["flame"]["types"].size(), profile.sample_types.size());
    EXPECT_EQ(data["flame"]["types"][0][0], "type0");
    EXPECT_FALSE(data["missing"].empty());
  }
}

TEST(Html, AThousandTablesTakeFewBytesEach) {
  const std::string text = page(testing_support::large_profile(1000, 5000));
  EXPECT_EQ(data_of(text)["tables"]["rows"].size(), 1000U);
  EXPECT_LT(text.size(), kPage.size() + 1500U * 1000);
}

}  // namespace
}  // namespace bucketprof::report
