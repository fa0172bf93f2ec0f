// SPDX-License-Identifier: Apache-2.0
//
// Starts a program from a test, without a shell: its environment, limits and signals are the test's to choose, and a
// time limit ends one that hangs. Thread-compatible.
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

/// What descriptor 2 of a started program is.
enum class Stderr : std::uint8_t { kFile, kClosed, kBrokenPipe };

/// How to start a program. The environment is the test's own without any BUCKETPROF_ variable, plus `settings`.
struct Launch {
  std::vector<std::string> words;       // the program, searched for in PATH, and its arguments
  std::vector<std::string> settings{};  // "NAME=value"
  std::chrono::seconds timeout{120};    // then it is killed
  Stderr err = Stderr::kFile;
  std::optional<std::uint64_t> file_size_limit = std::nullopt;  // bytes, as of `ulimit -f`
  std::filesystem::path directory = std::filesystem::path();    // to start in; empty: the test's
};

/// How a program ended.
struct Ended {
  int status = -1;         // exit status; 127: it could not be started
  int signal = 0;          // that ended it; 0: none
  bool timed_out = false;  // killed after the time limit
  std::string out;         // what it wrote to stdout
  std::string err;         // what it wrote to stderr
  friend bool operator==(const Ended&, const Ended&) = default;
};
void PrintTo(const Ended& ended, std::ostream* out);

/// A running program; one that is still running at the end of its test is killed.
class Process {
 public:
  explicit Process(const Launch& launch);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  [[nodiscard]] pid_t id() const { return pid_; }
  void send(int signal) const;
  /// Waits until the program has written `text` to stdout. False: it ended or the time is over before.
  [[nodiscard]] bool has_printed(std::string_view text);
  /// Waits for its end.
  [[nodiscard]] Ended wait();

 private:
  [[nodiscard]] bool ended();

  TempDir dir_;
  std::chrono::steady_clock::time_point deadline_;
  pid_t pid_ = -1;
  std::optional<int> wait_status_;
};

/// Runs a program to its end.
[[nodiscard]] Ended run(const Launch& launch);

}  // namespace bucketprof::testing_support
