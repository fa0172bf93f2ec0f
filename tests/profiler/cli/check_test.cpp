// SPDX-License-Identifier: Apache-2.0
//
// The verb `check` of the real tool: verdicts, outputs, writing of baselines, and everything that it refuses.
#include "profiler/compare/check.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "profiler/base/file.h"
#include "profiler/compare/baseline.h"
#include "profiler/pprof/pprof.h"
#include "tests/profiler/cli/tool_process.h"
#include "tests/support/costs.h"
#include "tests/support/sample_profile.h"

namespace bucketprof::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class CheckVerb : public testing::Test {
 protected:
  void SetUp() override {
    put("policy.toml", "[total]\nalloc_space = { growth = '1 %' }\n[[table]]\nalloc_space = { growth = 0 }\n");
    put("budget.toml", "[total]\nalloc_space = { max = '1 MiB' }\n");
    put_costs("base.json", {{"users", "load", 2, 100'000}, {"carts", "fill", 1, 5'000}});
    put_costs("same.json", {{"users", "load", 2, 100'000}, {"carts", "fill", 1, 5'000}});
    put_costs("grown.json", {{"users", "load", 3, 250'000}, {"carts", "fill", 1, 5'000}});
    put("now.pb.gz", pprof::encode(testing_support::sample_profile()));
  }
  void put(const std::string& name, const std::string& bytes) const {
    ASSERT_TRUE(write_file(dir_ / name, bytes).ok());
  }
  void put_costs(const std::string& name, const std::vector<testing_support::Made>& sites,
                 std::int64_t interval = 1) const {
    put(name, compare::write_baseline(testing_support::costs_of(sites, interval)));
  }
  [[nodiscard]] std::string get(const std::string& name) const {
    const auto bytes = read_file(dir_ / name);
    return bytes.ok() ? *bytes : "";
  }
  [[nodiscard]] testing_support::Ended check(std::vector<std::string> words) const {
    words.insert(words.begin(), "check");
    return tool(std::move(words), dir_);
  }
  testing_support::TempDir dir_;
};

TEST_F(CheckVerb, ExitCodes) {
  const auto good = check({"same.json", "--policy", "policy.toml", "--baseline", "base.json"});
  EXPECT_EQ(good.status, 0) << good.err;
  EXPECT_THAT(good.out, StartsWith("OK: 3 limits hold"));
  const auto bad = check({"grown.json", "--policy", "policy.toml", "--baseline", "base.json"});
  EXPECT_EQ(bad.status, 1) << bad.err;
  EXPECT_EQ(bad.err, "");
  EXPECT_THAT(bad.out, StartsWith("FAILED: 2 of 3 limits are broken"));
  EXPECT_THAT(bad.out, HasSubstr("policy.toml:4"));
  EXPECT_THAT(bad.out, HasSubstr("load"));
  EXPECT_EQ(check({"same.json", "--policy", "budget.toml"}).status, 0);
}

TEST_F(CheckVerb, EveryOutputAtOnce) {
  const auto ended = check({"grown.json", "--policy=policy.toml", "--baseline=base.json", "--junit=j.xml",
                            "--markdown=m.md", "--json=r.json", "--annotations", "--verbose"});
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.out, StartsWith("::error "));
  EXPECT_THAT(ended.out, HasSubstr("\nFAILED"));
  EXPECT_THAT(get("j.xml"), StartsWith("<?xml"));
  EXPECT_THAT(get("m.md"), HasSubstr("users"));
  EXPECT_EQ(nlohmann::json::parse(get("r.json"))["verdict"], "failed");
}

TEST_F(CheckVerb, FormatsOnStandardOutput) {
  const auto show = [this](const char* format) {
    return check({"grown.json", "--policy=policy.toml", "--baseline=base.json", "--format", format}).out;
  };
  EXPECT_EQ(nlohmann::json::parse(show("json"))["verdict"], "failed");
  EXPECT_THAT(show("junit"), StartsWith("<?xml"));
  EXPECT_THAT(show("markdown"), HasSubstr("| "));
}

TEST_F(CheckVerb, WritesABaselineThatThenHolds) {
  const auto first = check({"now.pb.gz", "--policy=policy.toml", "--baseline=new.json", "--update-baseline"});
  EXPECT_EQ(first.status, 0) << first.err;
  EXPECT_EQ(first.err, "bucketprof: wrote new.json: 2 tables, 2 sites\n");
  EXPECT_EQ(first.out, "");
  const std::string written = get("new.json");
  EXPECT_EQ(check({"now.pb.gz", "--policy=policy.toml", "--baseline=new.json"}).status, 0);
  const auto again = check({"now.pb.gz", "--policy=policy.toml", "--baseline=new.json", "--update-baseline"});
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_EQ(get("new.json"), written);
  const auto replaced = check({"grown.json", "--policy=policy.toml", "--baseline=base.json", "--update-baseline"});
  EXPECT_EQ(replaced.status, 0) << replaced.err;
  EXPECT_THAT(replaced.out, HasSubstr("users"));  // the growth that the new baseline accepts
  EXPECT_EQ(get("base.json"), get("grown.json"));
}

TEST_F(CheckVerb, OnlyABaselineIsOverwritten) {
  put("photo.png", "\x89PNG\r\n\x1a\n");
  put("other.json", "{\"a\": 1}");
  put_costs("sampled.json", {{"users", "load", 2, 100'000}}, 65536);
  for (const char* name : {"photo.png", "other.json", "sampled.json", "now.pb.gz"}) {
    const std::string before = get(name);
    const auto ended = check({"same.json", "--policy=policy.toml", "--baseline", name, "--update-baseline"});
    expect_one_line_error(ended);
    EXPECT_THAT(ended.err, HasSubstr(name));
    EXPECT_EQ(get(name), before) << name;
  }
}

TEST_F(CheckVerb, WhatIsRefusedIsOneLineAndWritesNothing) {
  put("bad.toml", "[total]\nalloc_space = { max = 'much' }\n");
  put("empty.toml", "");
  put_costs("sampled.json", {{"users", "load", 2, 100'000}}, 65536);
  const std::vector<std::string> before = names_in(dir_.path());
  const std::pair<std::vector<std::string>, const char*> cases[] = {
      {{"same.json", "--policy=bad.toml"}, "bad policy: bad.toml: line 2: total.alloc_space.max: 'much'"},
      {{"same.json", "--policy=empty.toml"}, "bad policy: empty.toml: line 1: no rule"},
      {{"same.json", "--policy=missing.toml"}, "missing.toml"},
      {{"same.json", "--policy=policy.toml"}, "policy.toml limits growth: give --baseline"},
      {{"same.json", "--policy=policy.toml", "--baseline=missing.json"}, "missing.json"},
      {{"same.json", "--policy=policy.toml", "--baseline=policy.toml"}, "policy.toml"},
      {{"same.json", "--policy=policy.toml", "--baseline=sampled.json"},
       "one is sampled every 65536 bytes, the other exact"},
      {{"missing.pb.gz", "--policy=budget.toml"}, "missing.pb.gz"},
      {{"same.json"}, "--policy"},
      {{"--policy=budget.toml"}, "FILE"},
      {{"same.json", "--policy=policy.toml", "--update-baseline"}, "give one --baseline"},
      {{"same.json", "--policy=bad.toml", "--baseline=new.json", "--update-baseline"}, "bad.toml"},
      {{"missing.pb.gz", "--policy=policy.toml", "--baseline=new.json", "--update-baseline"}, "missing.pb.gz"},
      {{"same.json", "--policy=budget.toml", "--annotations", "--format=json"}, "--annotations"},
      {{"same.json", "--policy=budget.toml", "--format=html"}, "--format"},
  };
  for (const auto& [words, says] : cases) {
    const auto ended = check(words);
    expect_one_line_error(ended);
    EXPECT_THAT(ended.err, HasSubstr(says));
    EXPECT_EQ(names_in(dir_.path()), before);
  }
}

TEST_F(CheckVerb, AnOutputThatCannotBeWrittenIsNoVerdict) {
  const auto ended = check({"same.json", "--policy=budget.toml", "--junit=no/such/folder.xml"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.err, HasSubstr("no/such/folder.xml"));
}

}  // namespace
}  // namespace bucketprof::cli
