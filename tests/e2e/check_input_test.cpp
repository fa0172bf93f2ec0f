// SPDX-License-Identifier: Apache-2.0
//
// Wrong input to `bucketprof check`: exit code 2, one line on stderr that names the file (for a policy also the line
// and the key), and no file is written or changed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "profiler/base/file.h"
#include "tests/e2e/shop.h"

namespace bucketprof::e2e {
namespace {

using testing::HasSubstr;

/// What each test starts from: a profile, its baseline, a sampled profile and one of the peak.
class CheckInput : public testing::Test {
 protected:
  CheckInput()
      : profile_(shop_.profile("base")),
        baseline_(shop_.baseline(profile_)),
        sampled_(shop_.profile("base", {"BUCKETPROF_INTERVAL=65536"}, "sampled")),
        peak_(shop_.profile("base", {"BUCKETPROF_AT=peak"}, "peak")),
        policy_(shop_.path("policy.toml")) {}

  void expect_refused(const std::string& file, const std::string& policy, const std::string& baseline,
                      const std::vector<std::string>& says, std::vector<std::string> more = {}) {
    const auto before = shop_.files();
    for (const char* const option : {"--junit", "--markdown", "--json"})
      more.insert(more.end(), {option, shop_.path(std::string("written") + option)});
    const auto ended = shop_.check(file, policy, baseline, more);
    EXPECT_EQ(ended.status, 2) << ended.out;
    EXPECT_EQ(ended.signal, 0);
    EXPECT_EQ(ended.out, "");
    EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1) << ended.err;
    EXPECT_TRUE(ended.err.starts_with("bucketprof: ")) << ended.err;
    for (const std::string& text : says) EXPECT_THAT(ended.err, HasSubstr(text));
    EXPECT_EQ(shop_.files(), before) << "something was written";
  }

  Shop shop_;
  std::string profile_;
  std::string baseline_;
  std::string sampled_;
  std::string peak_;
  std::string policy_;
};

TEST_F(CheckInput, Policies) {
  const std::string limit = "[total]\nalloc_space = { growth = 0 }\n";
  const std::string allow = limit + "[[allow]]\nname = \"users\"\nreason = \"agreed\"\n";
  struct Bad {
    std::string text;
    std::string line;
    std::string key;
  };
  const std::vector<Bad> bad{
      {"", "line 1", "no rule"},
      {"# nothing but a comment\n", "line 1", "no rule"},
      {"confidence = 0.99\n[totla]\nalloc_space = { growth = 0 }\n", "line 2", "totla"},
      {limit + "alloc_spaces = { growth = 0 }\n", "line 3", "total.alloc_spaces"},
      {"[total]\nalloc_space = { growht = 0 }\n", "line 2", "total.alloc_space.growht"},
      {"[total]\nalloc_space = { growth = \"3 parsecs\" }\n", "line 2", "total.alloc_space.growth"},
      {"[total]\nalloc_space = { growth = \"-3 %\" }\n", "line 2", "total.alloc_space.growth"},
      {"[total]\nalloc_objects = { max = \"64 KiB\" }\n", "line 2", "total.alloc_objects.max"},
      {"[total]\nalloc_space = { max = 1.5 }\n", "line 2", "total.alloc_space.max"},
      {"[total]\nalloc_space = 0\n", "line 2", "total.alloc_space"},
      {"[[table]]\nname = \"users\"\n", "line 1", "table"},
      {"[[table]]\ntable = \"(\"\nalloc_space = { growth = 0 }\n", "line 2", "table.table"},
      {"[[site]]\nfunction = \"[\"\nalloc_space = { growth = 0 }\n", "line 2", "site.function"},
      {"[[finding]]\nid = \"never_mind\"\nfindings = { max = 0 }\n", "line 2", "finding.id"},
      {"[finding]\nalloc_space = { max = 0 }\n", "line 2", "finding.alloc_space"},
      {"confidence = 99\n" + limit, "line 1", "confidence"},
      {"min_bytes = \"many\"\n" + limit, "line 1", "min_bytes"},
      {allow + "expires = 2020-01-31\n", "line 6", "allow.expires"},
      {allow + "expires = \"soon\"\n", "line 6", "allow.expires"},
      {allow, "line 3", "allow.expires"},
      {limit + "[[allow]]\nname = \"users\"\nexpires = 2099-01-31\n", "line 3", "allow.reason"},
      {"[total\nalloc_space = 0\n", "line 1", ""},
      {"{\"total\": 1}\n", "line 1", ""},
      {"\x89PNG\r\n\x1a\n", "line 1", ""},
      {std::string("[total]\n\0\n", 10), "line 2", ""}};
  for (const Bad& wrong : bad) {
    SCOPED_TRACE(wrong.text);
    const std::string policy = shop_.file("bad.toml", wrong.text);
    expect_refused(profile_, policy, baseline_, {policy, wrong.line + ":", wrong.key});
    expect_refused(profile_, policy, baseline_, {policy, wrong.line + ":", wrong.key}, {"--update-baseline"});
  }
  const std::string missing = shop_.path("missing.toml");
  expect_refused(profile_, missing, baseline_, {missing});
  expect_refused(profile_, shop_.path(""), baseline_, {shop_.path("")});
}

TEST_F(CheckInput, ProfilesAndBaselines) {
  const std::string whole = shop_.files().at("base.pb.gz.json");
  const std::string gzip = shop_.files().at("base.pb.gz");
  const std::vector<std::string> bad{shop_.path("missing"),
                                     shop_.path(""),
                                     shop_.file("empty", ""),
                                     shop_.file("picture.png", "\x89PNG\r\n\x1a\n and more"),
                                     shop_.file("garbage", std::string(1000, '\x5a')),
                                     shop_.file("text", "hello\n"),
                                     shop_.file("other.json", "{\n \"name\": \"package\",\n \"version\": 1\n}\n"),
                                     shop_.file("list.json", "{}"),
                                     shop_.file("cut.json", whole.substr(0, whole.size() / 2)),
                                     shop_.file("version.json", "{\n \"bucketprof_baseline\": 99\n}\n"),
                                     shop_.file("cut.pb.gz", gzip.substr(0, gzip.size() / 2)),
                                     BUCKETPROF_TEST_DATA "/profiler/pprof/go_profiles/plain_n1000_m1000.pprof"};
  for (const std::string& file : bad) {
    SCOPED_TRACE(file);
    expect_refused(file, policy_, baseline_, {file});
    expect_refused(profile_, policy_, file, {file});
    // No baseline is made of a file that cannot be read.
    expect_refused(file, policy_, baseline_, {file}, {"--update-baseline"});
    expect_refused(file, policy_, shop_.path("fresh.json"), {file}, {"--update-baseline"});
  }
  // A file that is not a baseline is not overwritten.
  for (const char* const name : {"empty", "picture.png", "text", "other.json", "base.pb.gz"}) {
    SCOPED_TRACE(name);
    expect_refused(profile_, policy_, shop_.path(name), {shop_.path(name)}, {"--update-baseline"});
  }
}

TEST_F(CheckInput, ProfilesOfAnotherKind) {
  expect_refused(sampled_, policy_, baseline_, {sampled_, baseline_, "sampled"});
  expect_refused(profile_, policy_, sampled_, {sampled_, profile_, "sampled"});
  expect_refused(peak_, policy_, baseline_, {peak_, baseline_, "peak"});
  expect_refused(profile_, policy_, baseline_, {profile_, "sampled"}, {sampled_});  // two runs of the same side
  expect_refused(profile_, policy_, baseline_, {baseline_}, {"--baseline", profile_});
  expect_refused(profile_, policy_, shop_.path("no/such/folder.json"), {"no/such/folder.json"}, {"--update-baseline"});
}

TEST_F(CheckInput, OptionsMayComeFirst) {
  const auto ended = bucketprof({"check", "--policy", policy_, "--baseline", baseline_, profile_});
  EXPECT_EQ(ended.status, 0) << ended.err;
}

TEST_F(CheckInput, GrowthNeedsABaseline) {
  const auto before = shop_.files();
  const auto ended = bucketprof({"check", profile_, "--policy", policy_});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.err, HasSubstr(policy_));
  EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1);
  EXPECT_EQ(shop_.files(), before);
  // A budget needs none.
  const std::string budget =
      shop_.file("budget.toml", "[[table]]\nname = \"prices\"\nalloc_space = { max = \"1 MiB\" }\n");
  EXPECT_EQ(bucketprof({"check", profile_, "--policy", budget}).status, 1);
}

}  // namespace
}  // namespace bucketprof::e2e
