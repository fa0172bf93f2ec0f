// SPDX-License-Identifier: Apache-2.0
//
// Starts a program from a test without a shell. The test chooses its environment, limits and signals; a program that
// hangs is killed after a time limit. Thread-compatible.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/temp_dir.h"

namespace bucketprof::testing_support {

/// What stderr of a started program is.
enum class Stderr : std::uint8_t { kFile, kClosed, kBrokenPipe };

/// How to start a program. Its environment is that of the test without BUCKETPROF_ variables, plus `settings`; without
/// a setting of its own, BUCKETPROF_DEBUG_DIRS is empty.
struct Launch {
  std::vector<std::string> words;       // the program, searched for in PATH, and its arguments
  std::vector<std::string> settings{};  // "NAME=value"
  std::chrono::seconds timeout{120};    // after which it is killed
  Stderr err = Stderr::kFile;
  std::optional<std::uint64_t> file_size_limit = std::nullopt;  // bytes, as for `ulimit -f`
  std::filesystem::path directory = std::filesystem::path();    // working directory; empty: the test's
};

/// How a program ended.
struct Ended {
  int status = -1;         // exit status; 127: it could not be started
  int signal = 0;          // the signal that killed it; 0: none
  bool timed_out = false;  // killed after the time limit
  std::string out;         // what it wrote to stdout
  std::string err;         // what it wrote to stderr
  friend bool operator==(const Ended&, const Ended&) = default;
};
void PrintTo(const Ended& ended, std::ostream* out);

/// A running program. The destructor kills it if it still runs.
class Process {
 public:
  explicit Process(const Launch& launch);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  [[nodiscard]] pid_t id() const { return pid_; }
  void send(int signal) const;
  /// Waits until the program has written `text` to stdout. False if it ends, or the time limit passes, before that.
  [[nodiscard]] bool has_printed(std::string_view text);
  /// Waits until the program ends; kills it after the time limit.
  [[nodiscard]] Ended wait();

 private:
  [[nodiscard]] bool ended();

  TempDir dir_;
  std::chrono::steady_clock::time_point deadline_;
  pid_t pid_ = -1;
  std::optional<int> wait_status_;
};

/// Starts a program and waits until it ends.
[[nodiscard]] Ended run(const Launch& launch);

}  // namespace bucketprof::testing_support
