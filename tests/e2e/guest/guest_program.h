// SPDX-License-Identifier: Apache-2.0
//
// Runs a program that checks itself (tests/programs/findings.h) and reads the figures that it prints.
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

/// A library for programs to load and unload. It has no tables (tests/programs/loaders/variant.cpp).
inline const std::string kLibrary = kPrograms + "/loaded_variant_2000.so";

/// Whether tests run in the long form (`scripts/test --long`).
inline bool long_form() { return std::getenv("BUCKETPROF_LONG") != nullptr; }

/// The printed figures by name.
using Figures = std::map<std::string, std::uint64_t>;

/// Runs a situation (tests/programs/situations), or the program `handlers`, to its end. Expects exit status 0, which
/// also means that it found nothing wrong.
inline Figures run_guest(const std::string& name, std::vector<std::string> arguments,
                         std::chrono::seconds timeout = std::chrono::seconds(240),
                         std::vector<std::string> settings = {}) {
  if (name == "handlers") {  // on its own, because it replaces operator new
    arguments.insert(arguments.begin(), kPrograms + "/program_handlers");
  } else {
    arguments.insert(arguments.begin(), {kPrograms + "/program_situations", name});
  }
  const testing_support::Ended ended =
      testing_support::run({.words = std::move(arguments), .settings = std::move(settings), .timeout = timeout});
  EXPECT_FALSE(ended.timed_out) << name << " hangs";
  EXPECT_EQ(ended.signal, 0);
  EXPECT_EQ(ended.status, 0);
  if (!testing_support::kSanitized) {  // sanitizers warn about fibers; the status is enough
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
