// SPDX-License-Identifier: Apache-2.0
//
// Runs a program that checks itself (tests/programs/findings.h) and reads the figures that it prints. Thread-safe (no
// state).
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/sanitized.h"

namespace bucketprof::e2e {

inline const std::string kPrograms = BUCKETPROF_BINARY_DIR "/programs";

/// A library without tables to load; see tests/programs/loaders.
inline const std::string kLibrary = kPrograms + "/loaded_variant_2000.so";

/// `scripts/test --long` asks for what takes long.
inline bool long_form() { return std::getenv("BUCKETPROF_LONG") != nullptr; }

/// By name; 0: not printed.
using Figures = std::map<std::string, std::uint64_t>;

/// Runs program_NAME to its end. Expects that it ends well and found nothing wrong.
inline Figures run_guest(const std::string& name, std::vector<std::string> arguments,
                         std::chrono::seconds timeout = std::chrono::seconds(240),
                         std::vector<std::string> settings = {}) {
  arguments.insert(arguments.begin(), kPrograms + "/program_" + name);
  const testing_support::Ended ended =
      testing_support::run({.words = std::move(arguments), .settings = std::move(settings), .timeout = timeout});
  EXPECT_FALSE(ended.timed_out) << name << " hangs";
  EXPECT_EQ(ended.signal, 0);
  EXPECT_EQ(ended.status, 0);
  if (!testing_support::kSanitized) {  // these warn of fibers; the status tells what matters
    EXPECT_EQ(ended.err, "");
  }
  Figures figures;
  std::istringstream lines(ended.out);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = line.rfind(' ');
    if (space == std::string::npos) continue;
    figures[line.substr(0, space)] = std::strtoull(line.c_str() + space, nullptr, 10);
  }
  if (testing::Test::HasFailure()) std::fprintf(stderr, "%s%s", ended.out.c_str(), ended.err.c_str());
  return figures;
}

}  // namespace bucketprof::e2e
