// SPDX-License-Identifier: Apache-2.0
//
// In a forked child the host's malloc may be unusable, so nothing here calls it.
#include "profiler/process/started.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>

namespace bucketprof::service {
namespace {

std::array<char, 4096> kept_pattern;
std::size_t kept_length = 0;

void note_this_process() noexcept {
  const int saved = errno;
  const std::string_view pattern(kept_pattern.data(), kept_length);
  const std::size_t at = pattern.find("%p");
  std::array<char, kept_pattern.size() + 16> path{};
  std::size_t length = pattern.copy(path.data(), at);
  if (at != std::string_view::npos) {
    length = static_cast<std::size_t>(
        std::to_chars(path.data() + length, path.data() + path.size() - 1, ::getpid()).ptr - path.data());
    length += pattern.copy(path.data() + length, path.size() - 1 - length, at + 2);
  }
  std::array<char, 4096> program;
  const ssize_t size = ::readlink("/proc/self/exe", program.data(), program.size());
  const int fd = ::open(path.data(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (fd >= 0) {
    if (size > 0) (void)!::write(fd, program.data(), static_cast<std::size_t>(size));
    ::close(fd);
  }
  errno = saved;
}

}  // namespace

void note_started(std::string_view pattern) noexcept {
  if (pattern.empty() || pattern.size() >= kept_pattern.size()) return;
  kept_length = pattern.copy(kept_pattern.data(), kept_pattern.size());
  note_this_process();
  pthread_atfork(nullptr, nullptr, &note_this_process);
}

}  // namespace bucketprof::service
