// SPDX-License-Identifier: Apache-2.0
//
// Instructions that an allocation and a free execute in the recorder's three modes, below 14 frames, counted by
// callgrind and compared with hot_paths.golden. A change that makes a hot path longer fails this test. Then decide
// whether the additional instructions are worth it, and write the printed numbers into the file. They are those of
// Debian 12's g++ at -O2.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>

#include "tests/support/process.h"
#include "tests/support/sanitized.h"

namespace bucketprof {
namespace {

using testing_support::Ended;
using testing_support::kSanitized;
using testing_support::run;

std::optional<std::uint64_t> instructions(const std::string& mode, std::uint64_t pairs) {
  const Ended ended =
      run({.words = {"valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*pair(void*)*",
                     BUCKETPROF_BINARY_DIR "/programs/program_hot_paths", mode, std::to_string(pairs)}});
  EXPECT_EQ(ended.status, 0) << "valgrind must be installed (scripts/setup test)\n" << ended.err;
  const std::string label = "Collected : ";
  const std::size_t at = ended.err.find(label);
  if (at == std::string::npos) return std::nullopt;
  return std::stoull(ended.err.substr(at + label.size()));
}

TEST(HotPaths, ExecuteAsManyInstructionsAsTheGoldenFileSays) {
  if (kSanitized) GTEST_SKIP() << "valgrind cannot run sanitized programs";
#if !defined(NDEBUG)
  GTEST_SKIP() << "the numbers are those of optimised builds";
#endif
  std::string measured;
  for (const char* mode : {"off", "sampled", "exact"}) {
    // The difference of two runs leaves out what happens once. Both numbers of pairs are multiples of the audit
    // interval (4,096) and of the mean number of blocks between samples (16,384 blocks of 32 bytes).
    constexpr std::uint64_t kFew = 16'384;
    constexpr std::uint64_t kMany = 4 * kFew;
    const auto few = instructions(mode, kFew);
    const auto many = instructions(mode, kMany);
    ASSERT_TRUE(few.has_value() && many.has_value());
    // Rounded up: where blocks lie makes a difference of a fraction.
    measured += fmt::format("{} {}\n", mode, (*many - *few + (kMany - kFew) - 1) / (kMany - kFew));
  }
  std::ifstream file(BUCKETPROF_TEST_DATA "/e2e/hot_paths.golden");
  const std::string golden{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(measured, golden) << "instructions of an allocation and a free";
}

}  // namespace
}  // namespace bucketprof
