// SPDX-License-Identifier: Apache-2.0
//
// posix_spawn returns the error of exec. Signals are blocked and read with sigtimedwait, which needs no handlers.
#include "profiler/cli/process.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "profiler/base/blocked_signals.h"

namespace bucketprof::cli {
namespace {

std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>>& variables) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const bool replaced = std::any_of(variables.begin(), variables.end(),
                                      [text](const auto& variable) { return text.starts_with(variable.first + "="); });
    if (!replaced) result.emplace_back(text);
  }
  for (const auto& [name, value] : variables) result.push_back(fmt::format("{}={}", name, value));
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  result.reserve(strings.size() + 1);
  for (std::string& text : strings) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

Ended wait_for(pid_t pid, const sigset_t& signals, const std::function<void(pid_t)>& meanwhile) {
  constexpr timespec kPause{0, 250'000'000};
  for (;;) {
    if (meanwhile) meanwhile(pid);
    int status = 0;
    for (pid_t ended = 0; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      if (ended != pid) continue;
      if (WIFSIGNALED(status)) return {pid, WTERMSIG(status), 128 + WTERMSIG(status)};
      return {pid, 0, WEXITSTATUS(status)};
    }
    siginfo_t info{};
    const int signal = ::sigtimedwait(&signals, &info, &kPause);
    // SI_KERNEL: the terminal sent it to the whole foreground process group, which includes the program.
    if (signal > 0 && signal != SIGCHLD && info.si_code != SI_KERNEL) ::kill(pid, signal);
  }
}

}  // namespace

Result<Ended> run_program(const std::vector<std::string>& command,
                          const std::vector<std::pair<std::string, std::string>>& variables,
                          const std::function<void(pid_t)>& meanwhile) {
  std::vector<std::string> arguments = command;
  std::vector<std::string> environment = environment_with(variables);
  const BlockedSignals blocked{SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD};

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setsigmask(&attributes, &blocked.before());
  pid_t pid = 0;
  const int code = ::posix_spawnp(&pid, command[0].c_str(), nullptr, &attributes, pointers(arguments).data(),
                                  pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  if (code != 0) return Error{fmt::format("cannot start: {}: {}", command[0], std::strerror(code))};
  return wait_for(pid, blocked.signals(), meanwhile);
}

}  // namespace bucketprof::cli
