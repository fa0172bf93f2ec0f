// SPDX-License-Identifier: Apache-2.0
#include "profiler/cli/orphans.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "profiler/base/blocked_signals.h"
#include "profiler/base/file.h"

namespace bucketprof::cli {
namespace {

namespace fs = std::filesystem;

constexpr long kPollNanos = 100'000'000;

/// Reads "PID (NAME) STATE PARENT ...", where NAME may have spaces and parentheses. A dead process gets parent 0.
pid_t parent_in(std::string_view stat, std::string& name) {
  const std::size_t open = stat.find('(');
  const std::size_t close = stat.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || stat.size() < close + 5) return 0;
  name = stat.substr(open + 1, close - open - 1);
  pid_t parent = 0;
  if (stat[close + 2] != 'Z') std::from_chars(stat.data() + close + 4, stat.data() + stat.size(), parent);
  return parent;
}

void reap() noexcept {
  while (::waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}

}  // namespace

void adopt_orphans() noexcept { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }

std::vector<Orphan> orphans() {
  std::vector<Orphan> found;
  std::error_code error;
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
    const std::string file = entry->path().filename().native();
    Orphan orphan;
    const auto parsed = std::from_chars(file.data(), file.data() + file.size(), orphan.pid);
    if (parsed.ec != std::errc() || parsed.ptr != file.data() + file.size()) continue;
    const auto stat = read_file(entry->path() / "stat");
    if (stat.ok() && parent_in(*stat, orphan.name) == ::getpid()) found.push_back(std::move(orphan));
  }
  return found;
}

std::vector<Orphan> wait_for_orphans(double seconds, const std::function<void()>& meanwhile) {
  const BlockedSignals blocked{SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGCHLD};
  const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  for (;;) {
    reap();
    std::vector<Orphan> left = orphans();
    if (left.empty() || std::chrono::steady_clock::now() >= until) return left;
    const timespec pause{0, kPollNanos};
    const int signal = ::sigtimedwait(&blocked.signals(), nullptr, &pause);
    if (signal > 0 && signal != SIGCHLD) return left;
    if (meanwhile) meanwhile();
  }
}

}  // namespace bucketprof::cli
