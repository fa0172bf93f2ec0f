// SPDX-License-Identifier: Apache-2.0
//
// A progress line on stderr for work that takes more than a second. Not for use from several threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace bucketprof::cli {

class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  /// `what` names the work, such as "symbolizing". Without `shown` (stderr is not a terminal) nothing is drawn.
  Progress(std::string what, bool shown, Clock::time_point started = Clock::now());
  ~Progress();  // erases the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void update(std::size_t done, std::size_t total, Clock::time_point now = Clock::now());

  /// The line that is on the terminal; "" if there is none.
  [[nodiscard]] const std::string& line() const { return line_; }

 private:
  std::string what_;
  bool shown_;
  Clock::time_point next_;  // when the line may be drawn again
  std::string line_;
};

}  // namespace bucketprof::cli
