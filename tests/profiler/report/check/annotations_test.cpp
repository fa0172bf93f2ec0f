// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/check/annotations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "tests/support/check_result.h"

namespace bucketprof::report {
namespace {

using namespace testing_support;
using testing::HasSubstr;
using testing::StartsWith;

TEST(CheckAnnotations, NoneWhenAllHolds) { EXPECT_EQ(check_annotations(result_of({held()}), check_options()), ""); }

TEST(CheckAnnotations, ErrorsThenNotices) {
  compare::CheckResult result = result_of({agreed(), over_budget(), grown(), found(), held()});
  result.losses = 3;
  EXPECT_EQ(check_annotations(result, check_options()),
            R"(::error title=Hash table memory%3A losses::the profile lacks 3 blocks; max_losses in the policy allows 0.
::error title=Hash table memory%3A total inuse_space::total inuse_space is 72.0 MiB; allowed: at most 64.0 MiB.%0Apolicy bucketprof.toml:3
::error file=users.cpp,line=12,title=Hash table memory%3A alloc_space of table users::alloc_space of table users grew by 12.0 MiB (+20.0 %25) to 72.0 MiB; allowed: +2 %25.%0Aat users.cpp:12 shop::load, +10.0 MiB, +2 rehashes%0Aat shop::merge, +2.0 MiB, new%0Apolicy bucketprof.toml:12
::error file=users.cpp,line=12,title=Hash table memory%3A findings of over_preallocated of table users at shop%3A%3Aload::findings of over_preallocated of table users at shop::load grew by 1 to 1; allowed: no growth.%0Areserve(52) here%0Apolicy bucketprof.toml:30
::notice file=orders.cpp,line=7,title=Hash table memory%3A rehashes of table orders at shop%3A%3Aadd::rehashes of table orders at shop::add grew by 2 (+50.0 %25) to 6; allowed: no growth.%0Awas shop::insert%0Aagreed to until 2027-01-31: the new index%0Apolicy bucketprof.toml:20
)");
}

TEST(CheckAnnotations, WithoutARowsFileTheFirstCulpritsIsTaken) {
  compare::CheckResult result = result_of({grown()});
  result.comparisons[0].location = {};
  std::swap(result.comparisons[0].culprits[0], result.comparisons[0].culprits[1]);
  EXPECT_THAT(check_annotations(result, check_options()), StartsWith("::error file=users.cpp,line=12,title="));
  result.comparisons[0].culprits[1].location.line = 0;
  EXPECT_THAT(check_annotations(result, check_options()), StartsWith("::error file=users.cpp,title="));
}

TEST(CheckAnnotations, Escapes) {
  compare::CheckResult result = result_of({grown()});
  result.comparisons[0].location.file = "/src/shop/a,b:c%d.cpp";
  result.comparisons[0].table = "t,u:v%0A::w";
  const std::string line = check_annotations(result, check_options());
  EXPECT_THAT(line, StartsWith("::error file=a%2Cb%3Ac%25d.cpp,line=12,title="));
  EXPECT_THAT(line, HasSubstr("alloc_space of table t%2Cu%3Av%250A%3A%3Aw::alloc_space of table t,u:v%250A::w grew"));
}

TEST(CheckAnnotations, HostileNamesMakeNoCommands) {
  CheckOptions options = check_options();
  options.policy = "p\r\n::error::x%";
  const compare::CheckResult result = sampled(hostile_result());
  std::istringstream lines(check_annotations(result, options));
  std::string line;
  std::size_t count = 0;
  while (std::getline(lines, line)) {
    ++count;
    EXPECT_TRUE(line.starts_with("::error ") || line.starts_with("::notice ")) << line;
    EXPECT_TRUE(std::none_of(line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; })) << line;
    EXPECT_TRUE(std::regex_search(line.substr(0, 100), std::regex("^::[a-z]+ (file=|title=)"))) << line;
    // The properties end at the next "::". Every % starts an escape.
    const std::string properties = line.substr(0, line.find("::", 2));
    EXPECT_LE(std::count(properties.begin(), properties.end(), ','), 2) << line;
    for (std::size_t at = line.find('%'); at != line.npos; at = line.find('%', at + 1)) {
      const std::string escape = line.substr(at + 1, 2);
      EXPECT_TRUE(escape == "25" || escape == "0A" || escape == "0D" || escape == "3A" || escape == "2C") << line;
    }
  }
  EXPECT_EQ(count, result.comparisons.size());
}

}  // namespace
}  // namespace bucketprof::report
