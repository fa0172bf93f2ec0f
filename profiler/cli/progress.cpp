// SPDX-License-Identifier: Apache-2.0
//
// Redraws one line, at most five times a second.
#include "profiler/cli/progress.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

namespace bucketprof::cli {
namespace {

constexpr std::chrono::milliseconds kPatience{1000};
constexpr std::chrono::milliseconds kPause{200};

void overwrite(const std::string& line) {
  const std::string text = fmt::format("\r\x1b[K{}", line);
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

Progress::Progress(std::string what, bool shown, Clock::time_point started)
    : what_(std::move(what)), shown_(shown), next_(started + kPatience) {}

Progress::~Progress() {
  if (!line_.empty()) overwrite("");
}

void Progress::update(std::size_t done, std::size_t total, Clock::time_point now) {
  if (!shown_ || now < next_ || total == 0) return;
  next_ = now + kPause;
  line_ = fmt::format("bucketprof: {}: {} of {} ({} %)", what_, done, total, done * 100 / total);
  overwrite(line_);
}

}  // namespace bucketprof::cli
