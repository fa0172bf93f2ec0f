// SPDX-License-Identifier: Apache-2.0
//
// In a forked child the host's malloc may be unusable, so nothing here calls it.
#include "profiler/process/started.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>

#include "profiler/base/sandbox.h"
#include "profiler/process/process_path.h"

namespace bucketprof::service {
namespace {

std::array<char, ProcessPath::kMost> kept_pattern;
std::size_t kept_length = 0;

void note_this_process() noexcept {
  if (sandbox::entered()) return;
  const int saved = errno;
  const ProcessPath path({kept_pattern.data(), kept_length}, ::getpid());
  std::array<char, 4096> program;
  const ssize_t size = ::readlink("/proc/self/exe", program.data(), program.size());
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
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
