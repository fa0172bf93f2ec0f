// SPDX-License-Identifier: Apache-2.0
//
// The functions that interpose tcmalloc's, in programs: none is missing, and each works as specified. That each is
// counted correctly is tested by tests/e2e/agent_counts_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <set>
#include <sstream>
#include <string>

#include "profiler/model/validate.h"
#include "tests/support/agent.h"
#include "tests/support/process.h"
#include "tests/support/profile_file.h"
#include "tests/support/sanitized.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::agent {
namespace {

using namespace testing_support;

std::set<std::string> shown_by(const std::string& file) {
  const Ended symbols = run({.words = {"nm", "-D", "--defined-only", file}});
  EXPECT_EQ(symbols.status, 0) << symbols.err;
  std::set<std::string> names;
  std::istringstream words(symbols.out);
  for (std::string address, type, name; words >> address >> type >> name;) names.insert(name);
  return names;
}

class Malloc : public testing::Test {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << "sanitizers and tcmalloc both replace malloc";
  }
};

TEST_F(Malloc, IsEverythingThatTcmallocTakesTheCLibrarysAndTheLanguagesPlaceWith) {
  std::set<std::string> theirs;
  for (const std::string& name : shown_by("/usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4")) {
    const bool language = name.starts_with("_Zn") || name.starts_with("_Zd");
    const bool library = std::islower(static_cast<unsigned char>(name[0])) != 0 && !name.starts_with("tc") &&
                         (name.find("alloc") != std::string::npos || name.find("memalign") != std::string::npos);
    if (language || library || name == "free" || name == "cfree") theirs.insert(name);
  }
  for (const char* neither_takes_nor_gives : {"malloc_stats", "malloc_size", "nallocx"})
    theirs.erase(neither_takes_nor_gives);
  ASSERT_GT(theirs.size(), 30U);
  std::set<std::string> ours = shown_by(kAgent);
  EXPECT_EQ(ours.erase("bucketprof_agent_v1"), 1U);
  EXPECT_EQ(ours.erase("dlclose"), 1U);
  EXPECT_EQ(ours, theirs);
}

TEST_F(Malloc, DoesWhatItIsFor) {
  for (const char* interval : {"1", "64", "524288"}) {
    SCOPED_TRACE(interval);
    const TempDir dir;
    auto settings = under_agent(dir / "p.pb.gz");
    settings.push_back(std::string("BUCKETPROF_INTERVAL=") + interval);
    const Ended ended = run({.words = {kPlainForms}, .settings = settings});
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_EQ(ended.out, "");
    const model::Profile profile = read_profile(dir / "p.pb.gz");
    const Status valid = model::validate_ours(profile);
    EXPECT_TRUE(valid.ok()) << (valid.ok() ? "" : valid.error());
    EXPECT_THAT(comment_of(profile, model::kCommentLosses), testing::HasSubstr("blocks=0 bytes=0 nested=0 frees=0"));
  }
}

}  // namespace
}  // namespace bucketprof::agent
