// SPDX-License-Identifier: Apache-2.0
#include "profiler/process/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

#include "profiler/environment.h"

namespace bucketprof::service {
namespace {

namespace fs = std::filesystem;

bool is_regular_or_missing(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  return status.type() == fs::file_type::not_found || fs::is_regular_file(status);
}

}  // namespace

Output::Output(const std::string& pattern) : pattern_(pattern) {
  std::error_code error;
  const fs::path absolute = fs::absolute(pattern, error);
  if (!error) pattern_ = absolute.native();
  const fs::path last = output_path(pattern_, ::getpid(), false, 0);
  discard_file(last);
  if (::geteuid() != 0 || !is_regular_or_missing(last)) return;
  folder_ = last.parent_path();
  directory_ = keep(::open(folder_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

Output::Kept Output::keep(int fd) noexcept {
  // Programs expect the lowest free number for what they open, and some close or count the lowest numbers.
  constexpr std::array kLowest{1000, 200, 50};
  Kept kept;
  struct stat about {};
  if (fd < 0) return kept;
  for (const int lowest : kLowest) {
    kept.fd = ::fcntl(fd, F_DUPFD_CLOEXEC, lowest);
    if (kept.fd >= 0) break;
  }
  ::close(fd);
  if (kept.fd < 0 || ::fstat(kept.fd, &about) != 0) return {};
  kept.device = about.st_dev;
  kept.inode = about.st_ino;
  return kept;
}

int Output::still(const Kept& kept) noexcept {
  struct stat about {};
  const bool same =
      kept.fd >= 0 && ::fstat(kept.fd, &about) == 0 && about.st_dev == kept.device && about.st_ino == kept.inode;
  return same ? kept.fd : -1;
}

FilePlace Output::place(pid_t pid, bool forked, int number) const {
  fs::path path = output_path(pattern_, pid, forked, number);
  const bool is_there = path.parent_path() == folder_;  // %p may be in the name of the directory
  return {.path = std::move(path), .directory = is_there ? still(directory_) : -1};
}

}  // namespace bucketprof::service
