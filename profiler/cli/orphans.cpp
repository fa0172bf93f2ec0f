// SPDX-License-Identifier: Apache-2.0
#include "profiler/cli/orphans.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <system_error>

#include "profiler/base/blocked_signals.h"
#include "profiler/base/contract.h"
#include "profiler/cli/process_state.h"

namespace bucketprof::cli {
namespace {

namespace fs = std::filesystem;

constexpr long kPollNanos = 100'000'000;

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
    const auto state = state_of(orphan.pid);
    if (!state || state->parent != ::getpid() || state->name == contract::kKeeperName) continue;
    orphan.name = state->name;
    found.push_back(std::move(orphan));
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
