// SPDX-License-Identifier: Apache-2.0
//
// Memory that the recorder's table of live blocks takes for each block: with a million blocks, in the long form
// (BUCKETPROF_LONG) also with 20 million. How long a snapshot delays other threads is only printed, because times vary.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/support/process.h"

namespace bucketprof {
namespace {

using testing_support::Ended;
using testing_support::run;

TEST(ManyBlocks, TakeNoMoreThan24BytesEach) {
  std::vector<std::string> counts{"1000000"};
  if (std::getenv("BUCKETPROF_LONG") != nullptr) counts.emplace_back("20000000");
  for (const std::string& count : counts) {
    for (const char* kind : {"nodes", "tables"}) {
      const Ended ended = run({.words = {BUCKETPROF_BINARY_DIR "/programs/program_many_blocks", kind, count},
                               .timeout = std::chrono::seconds(850)});
      ASSERT_EQ(ended.status, 0) << ended.err;
      double bytes = 0;
      double snapshot_ms = 0;
      double longest_us = 0;
      ASSERT_EQ(std::sscanf(ended.out.c_str(), "%lf %lf %lf", &bytes, &snapshot_ms, &longest_us), 3) << ended.out;
      std::printf("%s %s: %.2f bytes a block; a snapshot takes %.1f ms, meanwhile a table's life at most %.0f us\n",
                  count.c_str(), kind, bytes, snapshot_ms, longest_us);
      EXPECT_GT(bytes, 8.0);
      EXPECT_LE(bytes, 24.0);
    }
  }
}

}  // namespace
}  // namespace bucketprof
