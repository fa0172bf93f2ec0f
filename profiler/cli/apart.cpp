// SPDX-License-Identifier: Apache-2.0
//
// The child sends its result through a pipe. The pipe's end of file shows at once that the child has ended.
#include "profiler/cli/apart.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>

namespace bucketprof::cli {
namespace {

constexpr int kPollMillis = 100;
constexpr int kOutOfMemory = 100;  // exit statuses of the child
constexpr int kFailed = 101;

[[noreturn]] void be_child(int out, pid_t parent, const std::function<std::string()>& work) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(kFailed);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  if (const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC); null >= 0) {
    ::dup2(null, STDOUT_FILENO);
    ::dup2(null, STDERR_FILENO);
  }
  std::string bytes;
  try {
    bytes = work();
  } catch (const std::bad_alloc&) {
    ::_exit(kOutOfMemory);
  } catch (const std::exception&) {
    ::_exit(kFailed);
  }
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t n = ::write(out, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) ::_exit(kFailed);
    done += static_cast<std::size_t>(n);
  }
  ::_exit(0);  // skips destructors and stdio buffers, which are copies of the parent's
}

std::string read_to_end(int in, const std::function<void()>& meanwhile) {
  std::string bytes;
  std::array<char, 65536> buffer;
  for (;;) {
    pollfd ready{in, POLLIN, 0};
    const int count = ::poll(&ready, 1, kPollMillis);
    if (count == 0 || (count < 0 && errno == EINTR)) {
      meanwhile();
      continue;
    }
    const ssize_t n = ::read(in, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

Result<Apart> run_apart(const std::function<std::string()>& work, const std::function<void()>& meanwhile) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Error{fmt::format("no pipe: {}", std::strerror(errno))};
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) {
    const Error error{fmt::format("no process: {}", std::strerror(errno))};
    ::close(ends[0]);
    ::close(ends[1]);
    return error;
  }
  if (child == 0) be_child(ends[1], parent, work);
  ::close(ends[1]);
  Apart result;
  result.bytes = read_to_end(ends[0], meanwhile);
  ::close(ends[0]);
  const int status = wait_for(child);
  if (WIFSIGNALED(status)) {
    result.signal = WTERMSIG(status);
    result.ending = fmt::format("signal {} ({})", result.signal, ::sigdescr_np(result.signal));
  } else if (WEXITSTATUS(status) == kOutOfMemory) {
    result.ending = "a lack of memory";
  } else if (WEXITSTATUS(status) != 0) {
    result.ending = fmt::format("exit status {}", WEXITSTATUS(status));
  }
  if (!result.ending.empty()) result.bytes.clear();
  return result;
}

}  // namespace bucketprof::cli
