// SPDX-License-Identifier: Apache-2.0
//
// Whole-file reading and atomic writing with plain system calls, so that each failure has its errno. Thread-safe,
// because temporary names contain the process id and a counter.
#include "profiler/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>

namespace bucketprof {
namespace {

constexpr std::size_t kReadChunk = std::size_t{64} << 10;
constexpr int kNames = 100;  // names tried for a temporary file

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] int get() const { return fd_; }
  /// 0, or -1 with errno. Network file systems report a failed write only here.
  [[nodiscard]] int close() { return ::close(std::exchange(fd_, -1)); }

 private:
  int fd_;
};

Error failed(const char* what, const std::filesystem::path& path, int error) {
  return Error{fmt::format("cannot {} {}: {}", what, path.string(), std::generic_category().message(error))};
}

/// 0, or the errno of the failed write.
int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

/// Opens a file that is not a regular one. A pipe's reader may come a little later, so a pipe is tried for a second;
/// one without a reader must not block the program for ever.
int open_to_write(const std::filesystem::path& path) {
  constexpr int kTries = 100;
  constexpr auto kPause = std::chrono::milliseconds(10);
  int fd = -1;
  for (int i = 0; i < kTries; ++i) {
    fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd >= 0 || errno != ENXIO) break;
    std::this_thread::sleep_for(kPause);
    errno = ENXIO;
  }
  if (fd >= 0) ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
  return fd;
}

Status write_directly(const std::filesystem::path& path, std::string_view bytes) {
  Descriptor fd(open_to_write(path));
  if (fd.get() < 0 && errno == ENXIO) return Error{fmt::format("cannot write {}: nobody reads it", path.string())};
  if (fd.get() < 0) return failed("write", path, errno);
  if (const int error = write_all(fd.get(), bytes)) return failed("write", path, error);
  if (fd.close() != 0) return failed("write", path, errno);
  return ok_status();
}

std::filesystem::path temporary_beside(const std::filesystem::path& path) {
  static std::atomic<unsigned> counter{0};
  std::filesystem::path temporary = path;
  temporary += fmt::format(".tmp.{}.{}", ::getpid(), counter.fetch_add(1, std::memory_order_relaxed));
  return temporary;
}

/// Writes a temporary file beside `target` and renames it; `directory` is what a relative `target` is relative to.
/// Returns 0 or an errno.
int replace(int directory, const std::filesystem::path& target, std::string_view bytes, Durability durability) {
  std::filesystem::path temporary;
  int opened = -1;
  for (int i = 0; i < kNames; ++i) {
    temporary = temporary_beside(target);
    opened = ::openat(directory, temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (opened >= 0 || errno != EEXIST) break;  // a killed process with the same id may have left one
  }
  Descriptor fd(opened);
  if (fd.get() < 0) return errno;
  int error = write_all(fd.get(), bytes);
  if (error == 0 && durability == Durability::kPowerLoss && ::fsync(fd.get()) != 0) error = errno;
  if (error == 0 && fd.close() != 0) error = errno;
  if (error == 0 && ::renameat(directory, temporary.c_str(), directory, target.c_str()) != 0) error = errno;
  if (error != 0) ::unlinkat(directory, temporary.c_str(), 0);
  return error;
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t max_bytes) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return failed("read", path, errno);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return failed("read", path, errno);
  const auto too_large = [&] {
    return Error{fmt::format("cannot read {}: it is larger than the limit of {} bytes", path.string(), max_bytes)};
  };
  std::string bytes;
  if (S_ISREG(info.st_mode)) {
    if (static_cast<std::uint64_t>(info.st_size) > max_bytes) return too_large();
    bytes.reserve(static_cast<std::size_t>(info.st_size) + 1);
  }
  std::size_t used = 0;
  for (;;) {
    if (bytes.size() - used < 1) bytes.resize(std::max(bytes.capacity(), used + kReadChunk));
    const ssize_t n = ::read(fd.get(), bytes.data() + used, bytes.size() - used);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed("read", path, errno);
    if (n == 0) break;
    used += static_cast<std::size_t>(n);
    if (used > max_bytes) return too_large();
  }
  bytes.resize(used);
  return bytes;
}

Status write_file(const std::filesystem::path& path, std::string_view bytes, Durability durability) {
  std::error_code ignored;
  std::filesystem::path target = path;
  if (std::filesystem::is_symlink(path, ignored)) {
    std::error_code error;
    target = std::filesystem::weakly_canonical(path, error);
    if (error) return failed("write", path, error.value());
  }
  if (std::filesystem::exists(target, ignored) && !std::filesystem::is_regular_file(target, ignored)) {
    return write_directly(target, bytes);
  }
  if (const int error = replace(AT_FDCWD, target, bytes, durability)) return failed("write", path, error);
  return ok_status();
}

Status write_file(const FilePlace& place, std::string_view bytes, Durability durability) {
  const std::filesystem::path name = place.path.filename();
  struct stat found {};
  const bool exists =
      place.directory >= 0 && ::fstatat(place.directory, name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0;
  if (place.directory < 0 || (exists ? !S_ISREG(found.st_mode) : errno != ENOENT))
    return write_file(place.path, bytes, durability);
  if (const int error = replace(place.directory, name, bytes, durability)) return failed("write", place.path, error);
  return ok_status();
}

void discard_file(const std::filesystem::path& path) noexcept {
  try {
    std::error_code error;
    const std::filesystem::path target = std::filesystem::weakly_canonical(path, error);
    if (!error && std::filesystem::is_regular_file(target, error)) ::unlink(target.c_str());
  } catch (const std::bad_alloc&) {  // the file stays
  }
}

}  // namespace bucketprof
