// SPDX-License-Identifier: Apache-2.0
//
// Runs a program so that it and its children write raw profiles, and collects them. Not for use from several threads.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "profiler/base/result.h"
#include "profiler/cli/process.h"
#include "profiler/cli/raw_profiles.h"

namespace bucketprof::cli {

struct RecordOptions {
  std::uint64_t interval = 1;  // mean bytes between samples
  std::string at = "peak";
  std::string output;  // where raw profiles are put at once, so that they survive; empty: beside each other
  bool follow_children = false;
  double wait = 10;  // seconds, for followed processes that outlive the program
};

/// The program that has ended, and what it and its children have left behind.
struct Recorded {
  Ended ended;
  std::vector<RawProfile> profiles;
  std::vector<std::string> said;   // by keepers, lines for the user
  std::vector<std::string> notes;  // on processes without a profile
  bool is_complete = true;         // false: processes still run that will write one
};

/// `variables` are added to the program's environment.
[[nodiscard]] Result<Recorded> record(const RecordOptions& options, const std::vector<std::string>& command,
                                      std::vector<std::pair<std::string, std::string>> variables);

}  // namespace bucketprof::cli
