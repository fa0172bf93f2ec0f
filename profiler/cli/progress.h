// SPDX-License-Identifier: Apache-2.0
//
// A line on the terminal for work that takes over a second; nothing when stderr is not a terminal.
// Not for use from several threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace bucketprof::cli {

class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  /// `what` is being done: "symbolizing". `shown`: somebody watches.
  Progress(std::string what, bool shown, Clock::time_point started = Clock::now());
  ~Progress();  // takes the line away
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void update(std::size_t done, std::size_t total, Clock::time_point now = Clock::now());

  /// The line now on the terminal, "" if none.
  [[nodiscard]] const std::string& line() const { return line_; }

 private:
  std::string what_;
  bool shown_;
  Clock::time_point next_;  // not before this
  std::string line_;
};

}  // namespace bucketprof::cli
