// SPDX-License-Identifier: Apache-2.0
//
// A library that stands behind the agent and before the C library: it counts the calls of sigprocmask that reach it. At
// the end it makes one itself, which begins at who stands in front, and writes the count to MASKS_OUTPUT.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace {

constinit std::atomic<unsigned long> calls{0};

[[gnu::destructor]] void end() {
  sigprocmask(SIG_BLOCK, nullptr, nullptr);
  const char* const path = std::getenv("MASKS_OUTPUT");
  const int fd = path == nullptr ? -1 : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  char text[40];
  const int length = std::snprintf(text, sizeof text, "%lu\n", calls.load());
  if (fd < 0 || write(fd, text, static_cast<std::size_t>(length)) != length) std::abort();
  close(fd);
}

}  // namespace

extern "C" int sigprocmask(int how, const sigset_t* set, sigset_t* old) noexcept {
  ++calls;
  errno = pthread_sigmask(how, set, old);
  return errno == 0 ? 0 : -1;
}
