// SPDX-License-Identifier: Apache-2.0
#include "profiler/stack/bounds.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "profiler/base/sandbox.h"

extern "C" void* __libc_stack_end;  // NOLINT(readability-identifier-naming): of glibc's loader: the stack pointer at
                                    // the program's first instruction

namespace bucketprof::stack {
namespace {

/// Reads a file character by character.
class Characters {
 public:
  explicit Characters(const char* path) noexcept : file_(open(path, O_RDONLY | O_CLOEXEC)) {}
  Characters(const Characters&) = delete;
  Characters& operator=(const Characters&) = delete;
  ~Characters() {
    if (file_ >= 0) close(file_);
  }
  /// The next character; -1 at the end of the file or after an error.
  [[nodiscard]] int next() noexcept {
    if (at_ == end_) {
      if (file_ < 0) return -1;
      ssize_t got = 0;
      do {
        got = read(file_, buffer_, sizeof(buffer_));
      } while (got < 0 && errno == EINTR);
      if (got <= 0) return -1;
      at_ = 0;
      end_ = static_cast<std::size_t>(got);
    }
    return static_cast<unsigned char>(buffer_[at_++]);
  }
  /// Reads a hexadecimal number and skips the one character after it.
  [[nodiscard]] std::uintptr_t number() noexcept {
    std::uintptr_t value = 0;
    for (;;) {
      const int c = next();
      if (c >= '0' && c <= '9') {
        value = value * 16 + static_cast<std::uintptr_t>(c - '0');
      } else if (c >= 'a' && c <= 'f') {
        value = value * 16 + static_cast<std::uintptr_t>(c - 'a' + 10);
      } else {
        return value;
      }
    }
  }
  /// Skips to the next line. False at the end of the file.
  [[nodiscard]] bool skip_line() noexcept {
    for (;;) {
      const int c = next();
      if (c < 0) return false;
      if (c == '\n') return true;
    }
  }

 private:
  int file_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  char buffer_[1024];
};

}  // namespace

Bounds initial_stack() noexcept {
  // The stack grows down from __libc_stack_end to at most its limit; the kernel maps nothing else into that range.
  constexpr rlim_t kMost = rlim_t{128} << 20U;
  if (sandbox::entered() || gettid() != getpid()) return {};
  const int saved = errno;
  rlimit limit{};
  if (getrlimit(RLIMIT_STACK, &limit) != 0) limit.rlim_cur = kMost;
  errno = saved;
  const auto end = reinterpret_cast<std::uintptr_t>(__libc_stack_end);
  return {.low = end - std::min(limit.rlim_cur, kMost), .high = end};
}

// glibc puts a thread's control block at the upper end of its stack, whether glibc or the program allocated that
// memory. So the stack is the part of the mapping below the control block. The initial thread's control block lies
// elsewhere.
Bounds own_stack() noexcept {
  if (const Bounds initial = initial_stack(); initial != Bounds{} || sandbox::entered()) return initial;
  const int saved = errno;
  const auto control_block = reinterpret_cast<std::uintptr_t>(__builtin_thread_pointer());
  Bounds found;
  Characters maps("/proc/self/maps");
  do {
    const std::uintptr_t low = maps.number();
    const std::uintptr_t high = maps.number();
    if (control_block >= low && control_block < high) {
      found = {.low = low, .high = control_block};
      break;
    }
  } while (maps.skip_line());
  errno = saved;
  return found;
}

}  // namespace bucketprof::stack
