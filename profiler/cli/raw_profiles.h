// SPDX-License-Identifier: Apache-2.0
//
// The place where a profiled program and its children leave their raw profiles: a temporary directory,
// removed with everything in it. Thread-compatible.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "profiler/base/result.h"

namespace bucketprof::cli {

/// One raw profile. Its name was "<pid>.pb.gz", or "<pid>.<number>.pb.gz" when a signal asked for it.
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

  /// What goes into BUCKETPROF_OUTPUT.
  [[nodiscard]] std::string output_pattern() const;

  /// What is there, ascending by process and number. Files of other names (half-written ones) are left out.
  [[nodiscard]] Result<std::vector<RawProfile>> read() const;

 private:
  explicit RawProfiles(std::filesystem::path directory);
  std::filesystem::path directory_;
};

/// The file that a raw profile's result goes to: `wanted` for the program's own, `wanted`.<pid> for a child's; the
/// number of one that a signal asked for stands before ".pb.gz". Without `wanted`: bucketprof.<pid>.pb.gz.
[[nodiscard]] std::string result_file(const RawProfile& raw, pid_t program, const std::string& wanted);

}  // namespace bucketprof::cli
