// SPDX-License-Identifier: Apache-2.0
#include "profiler/agent/preload_variable.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace bucketprof::agent {
namespace {

TEST(PreloadVariable, TheAgentGoesAndOthersStay) {
  std::string list = "first.so:libbucketprof_agent.so:libtcmalloc_minimal.so.4";
  list.resize(without_agent(list.data(), false));
  EXPECT_EQ(list, "first.so:libtcmalloc_minimal.so.4") << "the user's own";
}

TEST(PreloadVariable, TheAgentAndItsTcmallocGoAndOthersStay) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", ""},
      {"/a/libbucketprof_agent.so:/b/libtcmalloc_minimal.so.4", ""},
      {"/a/libbucketprof_agent.so:/b/libtcmalloc_minimal.so.4:other.so", "other.so"},
      {"/a/libbucketprof_agent.so /b/libtcmalloc_minimal.so.4 other.so", "other.so"},
      {"first.so:libbucketprof_agent.so:libtcmalloc_minimal.so.4.5.10", "first.so"},
      {"first.so:libbucketprof_agent.so:other.so", "first.so:other.so"},
      {"libbucketprof_agent.so:libtcmalloc_minimal.so.4:libtcmalloc_minimal.so.4", "libtcmalloc_minimal.so.4"},
      {"libtcmalloc_minimal.so.4:other.so", "libtcmalloc_minimal.so.4:other.so"},
      {"libbucketprof_agent.so", ""},
      {"xlibbucketprof_agent.so:libbucketprof_agent.sox", "xlibbucketprof_agent.so:libbucketprof_agent.sox"},
      {"a::b:", "a::b:"},
  };
  for (const auto& [before, after] : cases) {
    std::string list = before;
    list.resize(without_agent(list.data(), true));
    EXPECT_EQ(list, after) << before;
  }
}

TEST(PreloadVariable, TheEnvironmentIsAsBefore) {
  std::vector<std::string> texts{"A=1",
                                 "LD_PRELOAD=/x/libbucketprof_agent.so:/y/libtcmalloc_minimal.so.4",
                                 "TCMALLOC_LARGE_ALLOC_REPORT_THRESHOLD=0",
                                 "BUCKETPROF_ALLOCATOR=tcmalloc",
                                 "LD_PRELOADED=libbucketprof_agent.so",
                                 "B="};
  std::vector<char*> entries;
  for (std::string& text : texts) entries.push_back(text.data());
  entries.push_back(nullptr);
  clean(entries.data());
  std::vector<std::string> left;
  for (char** entry = entries.data(); *entry != nullptr; ++entry) left.emplace_back(*entry);
  EXPECT_THAT(left, testing::ElementsAre("A=1", "LD_PRELOADED=libbucketprof_agent.so", "B="));

  std::string other = "LD_PRELOAD=other.so:libbucketprof_agent.so:libtcmalloc_minimal.so.4";
  std::string reports = "TCMALLOC_LARGE_ALLOC_REPORT_THRESHOLD=0";
  std::vector<char*> user{other.data(), reports.data(), nullptr};
  clean(user.data());
  EXPECT_STREQ(user[0], "LD_PRELOAD=other.so:libtcmalloc_minimal.so.4") << "the user's own";
  EXPECT_STREQ(user[1], "TCMALLOC_LARGE_ALLOC_REPORT_THRESHOLD=0") << "the user's own";
}

}  // namespace
}  // namespace bucketprof::agent
