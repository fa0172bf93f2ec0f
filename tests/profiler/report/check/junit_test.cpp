// SPDX-License-Identifier: Apache-2.0
//
// Exact output; and xmllint and junitparser, which CI systems use, must read hostile names back.
#include "profiler/report/check/junit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "profiler/base/utf8.h"
#include "tests/support/check_result.h"
#include "tests/support/process.h"
#include "tests/support/sanitized.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::report {
namespace {

using namespace testing_support;
using testing::HasSubstr;
using testing::StartsWith;
using Json = nlohmann::json;

const std::string kHere = std::string(BUCKETPROF_TEST_DATA) + "/profiler/report";

void write_xml(const TempDir& dir, const std::string& xml) {
  std::ofstream(dir / "junit.xml", std::ios::binary) << xml;
}

/// Checks that `xml` is well-formed, and valid by the part of JUnit's format that CI systems agree on.
void expect_valid(const std::string& xml) {
  const TempDir dir;
  write_xml(dir, xml);
  const Ended ended =
      run({{"xmllint", "--huge", "--noout", "--schema", kHere + "/junit.xsd", (dir / "junit.xml").string()}});
  EXPECT_EQ(ended.status, 0) << ended.err.substr(0, 4000) << ": is xmllint installed?";
}

Json read_again(const std::string& xml) {
  const TempDir dir;
  write_xml(dir, xml);
  const Ended ended = run({{"/usr/bin/python3", "-B", kHere + "/read_junit.py", (dir / "junit.xml").string()}});
  EXPECT_EQ(ended.status, 0) << ended.err.substr(0, 4000) << ": is python3-junitparser installed?";
  return ended.status == 0 ? Json::parse(ended.out) : Json();
}

/// The name with U+FFFD in place of what XML cannot represent.
std::string as_xml_holds(const std::string& name) {
  std::string result;
  const std::string valid = to_utf8(name);
  for (std::size_t i = 0; i < valid.size(); ++i) {
    const auto c = static_cast<unsigned char>(valid[i]);
    const std::string three = valid.substr(i, 3);
    if (three == "\xef\xbf\xbe" || three == "\xef\xbf\xbf") {
      result += "\xef\xbf\xbd";
      i += 2;
    } else if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') {
      result += "\xef\xbf\xbd";
    } else {
      result += valid[i];
    }
  }
  return result;
}

TEST(CheckJUnit, Whole) {
  compare::CheckResult result = result_of({over_budget(), grown(), held(), agreed(), found()});
  result.notes = {"line 7: no table is named x"};
  result.losses = 3;
  const std::string xml = check_junit(result, check_options());
  EXPECT_EQ(xml, R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bucketprof" tests="5" failures="4" errors="0" skipped="1" time="0">
  <testsuite name="bucketprof check" tests="5" failures="4" errors="0" skipped="1" time="0">
    <properties>
      <property name="verdict" value="3 of 5 limits are broken, 1 is broken and agreed to, and the profile lacks 3 blocks"/>
      <property name="program" value="server"/>
      <property name="file" value="new.pb.gz"/>
      <property name="baseline" value="base.json"/>
      <property name="policy" value="bucketprof.toml"/>
      <property name="interval" value="1"/>
      <property name="moment" value="peak"/>
      <property name="confidence" value="0.99"/>
      <property name="runs_before" value="3"/>
      <property name="runs_after" value="1"/>
      <property name="losses" value="3"/>
      <property name="max_losses" value="0"/>
      <property name="note" value="line 7: no table is named x"/>
    </properties>
    <testcase classname="bucketprof.total" name="inuse_space max" time="0">
      <failure message="total inuse_space is 72.0 MiB; allowed: at most 64.0 MiB" type="max">total inuse_space is 72.0 MiB; allowed: at most 64.0 MiB
  policy bucketprof.toml:3
</failure>
    </testcase>
    <testcase classname="bucketprof.table users" name="alloc_space growth" time="0">
      <failure message="broken by 1 of 2 rows: alloc_space of table users grew by 12.0 MiB (+20.0 %) to 72.0 MiB; allowed: +2 %" type="growth">alloc_space of table users grew by 12.0 MiB (+20.0 %) to 72.0 MiB; allowed: +2 %
  at users.cpp:12 shop::load, +10.0 MiB, +2 rehashes
  at shop::merge, +2.0 MiB, new
  policy bucketprof.toml:12
</failure>
    </testcase>
    <testcase classname="bucketprof.each site" name="rehashes growth" time="0">
      <skipped message="agreed to until 2027-01-31: the new index"/>
      <system-out>rehashes of table orders at shop::add grew by 2 (+50.0 %) to 6; allowed: no growth
  was shop::insert
  at orders.cpp:7 shop::add
  agreed to until 2027-01-31: the new index
  policy bucketprof.toml:20
</system-out>
    </testcase>
    <testcase classname="bucketprof.each finding" name="findings growth" time="0">
      <failure message="findings of over_preallocated of table users at shop::load grew by 1 to 1; allowed: no growth" type="growth">findings of over_preallocated of table users at shop::load grew by 1 to 1; allowed: no growth
  at users.cpp:12 shop::load
  do reserve(52) here
  policy bucketprof.toml:30
</failure>
    </testcase>
    <testcase classname="bucketprof.profile" name="losses" time="0">
      <failure message="the profile lacks 3 blocks; max_losses in the policy allows 0" type="losses">the profile lacks 3 blocks; max_losses in the policy allows 0</failure>
    </testcase>
  </testsuite>
</testsuites>
)");
  expect_valid(xml);
  EXPECT_EQ(check_junit(result, check_options()), xml);
}

TEST(CheckJUnit, OneCaseALimitWhateverTheRows) {
  compare::CheckResult result = result_of({});
  for (int i = 0; i < 1000; ++i) {
    compare::Comparison comparison = i < 3 ? grown() : held();
    comparison.rule = "each table";
    comparison.table = "t" + std::to_string(i);
    if (i == 2) {
      comparison.verdict = compare::Verdict::kAllowed;
      comparison.reason = "it is known";
    }
    result.comparisons.push_back(comparison);
    comparison.metric = compare::kRehashes;  // another limit in the same line of the policy
    comparison.verdict = compare::Verdict::kOk;
    result.comparisons.push_back(comparison);
  }
  const std::string xml = check_junit(result, check_options());
  expect_valid(xml);
  const Json read = read_again(xml);
  ASSERT_EQ(read["cases"].size(), 3U);
  EXPECT_EQ(read["tests"], 3);
  EXPECT_EQ(read["failures"], 1);
  EXPECT_EQ(read["skipped"], 0);
  EXPECT_EQ(read["cases"][0]["name"], "alloc_space growth");
  const Json& failure = read["cases"][0]["results"][0];
  EXPECT_THAT(failure["message"].get<std::string>(), StartsWith("broken by 2 of 1,000 rows: alloc_space of table t0 "));
  EXPECT_THAT(failure["text"].get<std::string>(), HasSubstr("alloc_space of table t1 grew"));
  EXPECT_THAT(read["cases"][0]["out"].get<std::string>(), StartsWith("alloc_space of table t2 grew"));
  EXPECT_EQ(read["cases"][1]["name"], "rehashes growth");
  EXPECT_EQ(read["cases"][1]["results"], Json::array());
  EXPECT_EQ(read["cases"][2]["classname"], "bucketprof.profile");
  EXPECT_EQ(read["cases"][2]["name"], "losses");
}

TEST(CheckJUnit, AgreedLimitsAreSkippedAndSameNamesToldApart) {
  compare::Comparison again = agreed();
  again.line = 21;
  const Json read = read_again(check_junit(result_of({agreed(), again}), check_options()));
  ASSERT_EQ(read["cases"].size(), 3U);
  EXPECT_EQ(read["skipped"], 2);
  EXPECT_EQ(read["cases"][0]["results"][0]["is"], "Skipped");
  EXPECT_EQ(read["cases"][0]["results"][0]["message"], "agreed to until 2027-01-31: the new index");
  EXPECT_EQ(read["cases"][0]["name"], "rehashes growth");
  EXPECT_EQ(read["cases"][1]["name"], "rehashes growth (2)");
}

TEST(CheckJUnit, Losses) {
  compare::CheckResult result = result_of({});
  result.losses = 3;
  std::string xml = check_junit(result, check_options());
  expect_valid(xml);
  EXPECT_THAT(xml, HasSubstr(R"(<failure message="the profile lacks 3 blocks; max_losses in the policy allows 0")"));
  result.max_losses = 3;
  xml = check_junit(result, check_options());
  expect_valid(xml);
  EXPECT_THAT(xml, HasSubstr(R"(failures="0")"));
  EXPECT_THAT(xml, HasSubstr("<system-out>the profile lacks 3 blocks;"));
}

TEST(CheckJUnit, HostileNamesComeBackAsTheyWentIn) {
  const compare::CheckResult result = sampled(hostile_result());
  CheckOptions options;
  for (const std::string& name : hostile_names()) options.policy += name;
  const std::string xml = check_junit(result, options);
  expect_valid(xml);
  const Json read = read_again(xml);
  ASSERT_EQ(read["cases"].size(), result.comparisons.size() + 1);
  for (std::size_t i = 0; i < result.comparisons.size(); ++i) {
    const Json& item = read["cases"][i];
    const std::string name = as_xml_holds(result.comparisons[i].table);
    EXPECT_EQ(item["classname"], "bucketprof." + name);
    ASSERT_EQ(item["results"].size(), 1U);
    const bool failed = result.comparisons[i].verdict == compare::Verdict::kFailed;
    if (name.empty()) continue;  // there is no text to search for
    const std::string message = item["results"][0]["message"];
    const std::string text = failed ? item["results"][0]["text"] : item["out"];
    EXPECT_THAT(message, failed ? HasSubstr("table " + name + " at " + name + " grew")
                                : HasSubstr("agreed to until " + name + ": " + name));
    EXPECT_THAT(text, HasSubstr("\n  was " + name + "\n"));
    EXPECT_THAT(text, HasSubstr("\n  policy " + as_xml_holds(options.policy) + ":"));
  }
  std::map<std::string, std::string> properties;
  for (const Json& property : read["properties"]) properties[property[0]] = property[1];
  EXPECT_EQ(properties["policy"], as_xml_holds(options.policy));
  EXPECT_EQ(properties["program"], as_xml_holds(result.program));
}

TEST(CheckJUnit, AnyBytesInNamesAreValid) {
  std::mt19937_64 random(20261121);
  // Half of the bytes are those that are markup, forbidden, or part of multi-byte characters.
  using namespace std::string_literals;
  const std::string often = "<>&\"'[]!-\r\n\t\0\x01\x1f\x7f\xef\xbf\xbe\xbf\xed\xa0\xf0\x9f\x80\xc2\xff"s;
  const auto name = [&] {
    std::string made;
    for (auto left = random() % 40; left > 0; --left)
      made += random() % 2 == 0 ? often[random() % often.size()] : static_cast<char>(random() % 256);
    return made;
  };
  constexpr std::size_t kNames = testing_support::kSanitized ? 300 : 2000;
  compare::CheckResult result = sampled(result_of({}));
  for (std::size_t line = 1; line <= kNames; ++line) {
    compare::Comparison comparison = named(name(), static_cast<int>(line));
    comparison.verdict = static_cast<compare::Verdict>(random() % 3);
    comparison.renamed_from = name();
    comparison.table = name();
    comparison.reason = name();
    comparison.expires = name();
    comparison.allowed_text = name();
    result.comparisons.push_back(comparison);
    result.notes.push_back(name());
  }
  CheckOptions options;
  options.policy = options.file = options.baseline = name();
  const std::string xml = check_junit(result, options);
  expect_valid(xml);
  const Json read = read_again(xml);
  ASSERT_EQ(read["cases"].size(), kNames + 1);
  for (std::size_t i = 0; i < kNames; ++i)
    ASSERT_EQ(read["cases"][i]["classname"], "bucketprof." + as_xml_holds(result.comparisons[i].rule));
}

}  // namespace
}  // namespace bucketprof::report
