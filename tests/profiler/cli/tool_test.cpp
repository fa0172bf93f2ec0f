// SPDX-License-Identifier: Apache-2.0
//
// The command line itself: help, version, and that every wrong use gives one line and exit code 2.
#include "profiler/cli/tool.h"

#include <gmock/gmock.h>

#include "profiler/base/version.h"
#include "tests/profiler/cli/tool_process.h"

namespace bucketprof::cli {
namespace {

using testing::HasSubstr;

TEST(Tool, HelpIsReadable) {
  const testing_support::TempDir dir;
  const auto help = tool({"--help"}, dir);
  EXPECT_EQ(help.status, 0);
  EXPECT_EQ(help.err, "");
  for (const char* verb : {"run ", "report ", "convert "}) EXPECT_THAT(help.out, HasSubstr(verb));
  for (const char* verb : {"run", "report", "convert"}) {
    const auto verb_help = tool({verb, "--help"}, dir);
    EXPECT_EQ(verb_help.status, 0);
    EXPECT_THAT(verb_help.out, HasSubstr("-h,--help"));
  }
}

TEST(Tool, Version) {
  const testing_support::TempDir dir;
  const auto version = tool({"--version"}, dir);
  EXPECT_EQ(version.status, 0);
  EXPECT_EQ(version.out, "bucketprof " + std::string(kVersion) + "\n");
}

TEST(Tool, WrongUseIsOneLine) {
  const testing_support::TempDir dir;
  const std::vector<std::vector<std::string>> wrong{
      {},
      {"frobnicate"},
      {"--frobnicate"},
      {""},
      {"report"},
      {"report", "--top", "many", "x"},
      {"report", "--top", "-1", "x"},
      {"report", "--format", "xml", "x"},
      {"report", "--nope", "x"},
      {"convert", "x"},
      {"convert", "--to", "svg", "x"},
      {"convert", "--to", "pprof"},
      {"run"},
      {"run", "--"},
      {"run", "--at", "noon", "--", "true"},
      {"run", "--interval", "often", "--", "true"},
      {"run", "--interval", "0", "--", "true"},
      {"run", "--nope", "--", "true"},
      {"run", "-o"},
      {"run", "stray", "--", "true"},
  };
  for (const auto& words : wrong) {
    std::string line;
    for (const std::string& word : words) line += " " + word;
    SCOPED_TRACE(line);
    const auto ended = tool(words, dir);
    expect_one_line_error(ended);
    EXPECT_THAT(ended.err, HasSubstr("wrong usage"));
  }
  EXPECT_THAT(names_in(dir.path()), testing::IsEmpty());
}

TEST(Tool, WorksAsAFunctionToo) {
  const char* const words[] = {"bucketprof", "convert", "--to", "svg", "x"};
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_tool(5, words), 2);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::StartsWith("bucketprof: wrong usage: "));
}

}  // namespace
}  // namespace bucketprof::cli
