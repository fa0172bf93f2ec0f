// SPDX-License-Identifier: Apache-2.0
//
// Starts the real tool, and checks the form that each of its errors must have.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/process.h"

namespace bucketprof::cli {

inline const std::string kTool = BUCKETPROF_BINARY_DIR "/bucketprof";
inline const std::string kTables = BUCKETPROF_BINARY_DIR "/programs/program_tables";
inline const std::string kStatic = BUCKETPROF_BINARY_DIR "/programs/program_plain_static";
inline const std::string kGuest = BUCKETPROF_BINARY_DIR "/programs/program_guest";

/// Runs the tool in `directory`, which is also its directory for temporary files.
inline testing_support::Ended tool(std::vector<std::string> words, const testing_support::TempDir& directory,
                                   std::vector<std::string> settings = {}) {
  words.insert(words.begin(), kTool);
  settings.push_back("TMPDIR=" + directory.path().native());
  testing_support::Launch launch{std::move(words), std::move(settings)};
  launch.directory = directory.path();
  return testing_support::run(launch);
}

/// Expects exit code 2, nothing on stdout, and one line on stderr: "bucketprof: ...".
inline void expect_one_line_error(const testing_support::Ended& ended) {
  EXPECT_EQ(ended.status, 2) << ended.err;
  EXPECT_EQ(ended.signal, 0);
  EXPECT_EQ(ended.out, "");
  EXPECT_TRUE(ended.err.starts_with("bucketprof: ")) << ended.err;
  EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1) << ended.err;
  EXPECT_TRUE(ended.err.ends_with("\n"));
}

/// The names of the entries of a directory, sorted.
inline std::vector<std::string> names_in(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    names.push_back(entry.path().filename().native());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace bucketprof::cli
