// SPDX-License-Identifier: Apache-2.0
//
// Errors about missing libraries, and the user's LD_PRELOAD. run_agent_test.cpp tests the rest of the verb `run`. Both
// start the real tool, because what is preloaded depends on the files beside it.
#include "profiler/cli/preload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/profiler/cli/tool_process.h"
#include "tests/support/sanitized.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::cli {
namespace {

using testing::HasSubstr;

TEST(Preload, WhatIsMissingIsSaidWithThePackage) {
  if (testing_support::kSanitized) GTEST_SKIP() << "the agent is not built";
  const testing_support::TempDir dir;
  const auto missing =
      tool({"run", "--allocator", "tcmalloc", "--", "touch", "ran"}, dir, {"BUCKETPROF_TCMALLOC=/no/such.so"});
  expect_one_line_error(missing);
  EXPECT_THAT(missing.err, HasSubstr("/no/such.so"));
  std::filesystem::copy_file(kTool, dir / "alone");
  const auto alone =
      testing_support::run({.words = {dir / "alone", "run", "--", "touch", "ran"}, .directory = dir.path()});
  expect_one_line_error(alone);
  EXPECT_THAT(alone.err, HasSubstr("libbucketprof_agent.so: it is not there"));
  EXPECT_THAT(names_in(dir.path()), testing::ElementsAre("alone")) << "nothing ran";
}

TEST(Preload, TheUsersOwnLibrariesStayBehind) {
  if (testing_support::kSanitized) GTEST_SKIP() << "the agent is not built";
  const testing_support::TempDir dir;
  for (const char* allocator : {"own", "tcmalloc"}) {
    const auto ended = tool({"run", "--allocator", allocator, "-o", "p.pb.gz", "--",
                             BUCKETPROF_BINARY_DIR "/programs/program_plain_guest", "environment"},
                            dir, {"LD_PRELOAD=libtcmalloc_minimal.so.4:libm.so.6"});
    EXPECT_EQ(ended.out, "libtcmalloc_minimal.so.4:libm.so.6|none\n") << allocator;
  }
}

}  // namespace
}  // namespace bucketprof::cli
