// SPDX-License-Identifier: Apache-2.0
//
// Each function calls the next one of its name. Children of vfork call them, too: nothing here allocates, or looks up
// anything there.
#include "profiler/process/exec.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstddef>

#include "profiler/base/in_place.h"
#include "profiler/base/sandbox.h"

namespace bucketprof::service {
namespace {

using Words = char* const*;
struct Next {
  int (*execve)(const char*, Words, Words);
  int (*execvpe)(const char*, Words, Words);
  int (*fexecve)(int, Words, Words);
  int (*execveat)(int, const char*, Words, Words, int);
};
constinit Next next{};
constinit ExecState own_state;
constinit std::atomic<ExecState*> used_state{&own_state};

/// Returns only if it fails.
template <class Call>
int execute(Call call) noexcept {
  ExecState& state = *used_state.load(std::memory_order_acquire);
  const pid_t process = state.watched.load(std::memory_order_relaxed);
  const bool is_watched = process != 0 && !sandbox::entered() && process == ::getpid();
  if (is_watched) state.executing.fetch_add(1, std::memory_order_relaxed);
  const int result = call();
  if (is_watched) state.executing.fetch_sub(1, std::memory_order_relaxed);
  return result;
}

int missing() noexcept {
  errno = ENOSYS;
  return -1;
}

/// Calls `call` with the arguments that begin with `first` and end with a null pointer, after which `more` go on.
template <class Call>
int with_words(const char* first, std::va_list& more, Call call) noexcept {
  std::va_list counted;
  va_copy(counted, more);
  std::size_t count = 1;
  if (first != nullptr) {
    while (va_arg(counted, const char*) != nullptr) ++count;
  }
  va_end(counted);
  auto** const words = static_cast<const char**>(__builtin_alloca((count + 1) * sizeof(const char*)));
  words[0] = first;
  for (std::size_t i = 1; first != nullptr && i <= count; ++i) words[i] = va_arg(more, const char*);
  return call(const_cast<char* const*>(words));
}

}  // namespace

void watch_exec(pid_t process) noexcept {
  if (next.execve == nullptr) {
    find_next(next.execve, "execve");
    find_next(next.execvpe, "execvpe");
    find_next(next.fexecve, "fexecve");
    find_next(next.execveat, "execveat");
  }
  ExecState& state = *exec_state();
  state.executing.store(0, std::memory_order_relaxed);
  state.watched.store(process, std::memory_order_relaxed);
}

bool is_executing() noexcept { return exec_state()->executing.load(std::memory_order_relaxed) != 0; }

ExecState* exec_state() noexcept { return used_state.load(std::memory_order_acquire); }
void share_exec_state(ExecState& state) noexcept { used_state.store(&state, std::memory_order_release); }

}  // namespace bucketprof::service

using bucketprof::find_next;
using namespace bucketprof::service;  // NOLINT(google-build-using-namespace): what follows belongs to no namespace

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the C library's begin with __
extern "C" {

BUCKETPROF_IN_PLACE int execve(const char* path, char* const words[], char* const variables[]) noexcept {
  return execute([=] {
    if (next.execve != nullptr) return next.execve(path, words, variables);
    return static_cast<int>(::syscall(SYS_execve, path, words, variables));
  });
}
BUCKETPROF_IN_PLACE int execvpe(const char* file, char* const words[], char* const variables[]) noexcept {
  if (next.execvpe == nullptr) find_next(next.execvpe, "execvpe");
  return execute([=] { return next.execvpe != nullptr ? next.execvpe(file, words, variables) : missing(); });
}
BUCKETPROF_IN_PLACE int fexecve(int file, char* const words[], char* const variables[]) noexcept {
  if (next.fexecve == nullptr) find_next(next.fexecve, "fexecve");
  return execute([=] { return next.fexecve != nullptr ? next.fexecve(file, words, variables) : missing(); });
}
BUCKETPROF_IN_PLACE int execveat(int folder, const char* path, char* const words[], char* const variables[],
                                 int flags) noexcept {
  return execute([=] {
    if (next.execveat != nullptr) return next.execveat(folder, path, words, variables, flags);
    return static_cast<int>(::syscall(SYS_execveat, folder, path, words, variables, flags));
  });
}
BUCKETPROF_IN_PLACE int execv(const char* path, char* const words[]) noexcept { return ::execve(path, words, environ); }
BUCKETPROF_IN_PLACE int execvp(const char* file, char* const words[]) noexcept {
  return ::execvpe(file, words, environ);
}

BUCKETPROF_IN_PLACE int execl(const char* path, const char* first, ...) noexcept {
  std::va_list more;
  va_start(more, first);
  const int result = with_words(first, more, [path](char* const* words) { return ::execv(path, words); });
  va_end(more);
  return result;
}
BUCKETPROF_IN_PLACE int execlp(const char* file, const char* first, ...) noexcept {
  std::va_list more;
  va_start(more, first);
  const int result = with_words(first, more, [file](char* const* words) { return ::execvp(file, words); });
  va_end(more);
  return result;
}
BUCKETPROF_IN_PLACE int execle(const char* path, const char* first, ...) noexcept {
  std::va_list more;
  va_start(more, first);
  const int result =
      with_words(first, more, [&](char* const* words) { return ::execve(path, words, va_arg(more, char* const*)); });
  va_end(more);
  return result;
}

}  // extern "C"
// NOLINTEND(readability-inconsistent-declaration-parameter-name)
