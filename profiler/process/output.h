// SPDX-License-Identifier: Apache-2.0
//
// Where the profiles of this process go: where BUCKETPROF_OUTPUT pointed when recording started, whatever the program
// does afterwards to its working directory, its root or its user. Not thread-safe; constant after its construction.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "profiler/base/file.h"

namespace bucketprof::service {

class Output {
 public:
  /// `pattern`: as for output_path(). Removes the last profile's old file: if this process dies, it must not be taken
  /// for new. Only a process of root can change its root, so only there a descriptor of the directory is kept.
  explicit Output(const std::string& pattern);

  /// `number` 0: of the last profile.
  [[nodiscard]] FilePlace place(pid_t pid, bool forked, int number) const;

 private:
  /// A descriptor that the program may have closed, and used its number for something else.
  struct Kept {
    int fd = -1;
    dev_t device = 0;
    ino_t inode = 0;
  };
  [[nodiscard]] static Kept keep(int fd) noexcept;
  [[nodiscard]] static int still(const Kept& kept) noexcept;

  std::string pattern_;  // absolute
  std::filesystem::path folder_;
  Kept directory_;  // of folder_
};

}  // namespace bucketprof::service
