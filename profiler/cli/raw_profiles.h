// SPDX-License-Identifier: Apache-2.0
//
// The temporary directory into which a profiled program and its children write their raw profiles. The destructor
// removes it with everything in it. Where root runs the tool, processes that have become another user can write there,
// too, if they know its name, which is random and not listed. Thread-compatible.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <utility>
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

  /// The value for the variable BUCKETPROF_STARTED.
  [[nodiscard]] std::string started_pattern() const;

  /// The numbered profiles that have appeared since the last call.
  [[nodiscard]] std::vector<RawProfile> new_numbered();

  /// A process that was profiled, and the program that it ran last.
  struct Started {
    pid_t pid = 0;
    std::string program;
  };
  /// Those that have noted their start, by process id.
  [[nodiscard]] std::vector<Started> started() const;

  /// The value for the variable BUCKETPROF_KEEPER.
  [[nodiscard]] std::string keeper_pattern() const;

  /// The keeper (process/keeper.h) of a process, as it has been noted.
  struct Keeper {
    pid_t process = 0;
    bool is_running = false;
    std::vector<std::string> said;  // lines for the user
  };
  /// Those that run, or have ended with something to say.
  [[nodiscard]] std::vector<Keeper> keepers() const;

  /// Leaves the directory to processes that still run, without what was read. Returns its path.
  std::filesystem::path leave_behind();

  /// All raw profiles, sorted by process id, then by RawProfile::number. Files whose names have another form are
  /// skipped, such as the temporary file of a profile that was not written to its end, and so are links and whatever
  /// is no regular file.
  [[nodiscard]] Result<std::vector<RawProfile>> read();

 private:
  RawProfiles(std::filesystem::path base, std::filesystem::path directory);
  /// What processes have noted in files of this extension, by process id.
  [[nodiscard]] std::vector<std::pair<pid_t, std::string>> notes(std::string_view extension) const;
  std::filesystem::path base_;             // has the other one alone in it
  std::filesystem::path directory_;        // has the profiles
  std::set<std::filesystem::path> shown_;  // numbered profiles that new_numbered() has returned
  std::set<std::filesystem::path> read_;   // profiles that read() has returned
};

/// The output file for a raw profile: `wanted` for the program's own, with .<pid> for a child's; if `wanted` is empty,
/// bucketprof.<pid>.pb.gz. A numbered one has .<number>, too. Both are inserted before a final ".pb.gz", or appended if
/// there is none.
[[nodiscard]] std::string result_file(const RawProfile& raw, pid_t program, const std::string& wanted);

}  // namespace bucketprof::cli
