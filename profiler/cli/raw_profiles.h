// SPDX-License-Identifier: Apache-2.0
//
// The temporary directory into which a profiled program and its children write their raw profiles. The destructor
// removes it with everything in it. Thread-compatible.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "profiler/base/result.h"

namespace bucketprof::cli {

/// One raw profile. Its file is named "<pid>.pb.gz", or "<pid>.<number>.pb.gz" if it was requested by a signal.
struct RawProfile {
  pid_t pid = 0;
  int number = 0;  // 0: the one written at exit
  std::string bytes;
};

class RawProfiles {
 public:
  [[nodiscard]] static Result<RawProfiles> create();
  ~RawProfiles();
  RawProfiles(RawProfiles&& other) noexcept;
  RawProfiles& operator=(RawProfiles&&) = delete;

  /// The value for the variable BUCKETPROF_OUTPUT.
  [[nodiscard]] std::string output_pattern() const;

  /// All raw profiles, sorted by process id, then by RawProfile::number. Files whose names have another form are
  /// skipped, such as the temporary file of a profile that was not written to its end.
  [[nodiscard]] Result<std::vector<RawProfile>> read() const;

 private:
  explicit RawProfiles(std::filesystem::path directory);
  std::filesystem::path directory_;
};

/// The output file for a raw profile: `wanted` for the program's own, `wanted`.<pid> for a child's; if `wanted` is
/// empty, bucketprof.<pid>.pb.gz. The number of one requested by a signal is inserted before a final ".pb.gz", or
/// appended if there is none.
[[nodiscard]] std::string result_file(const RawProfile& raw, pid_t program, const std::string& wanted);

}  // namespace bucketprof::cli
