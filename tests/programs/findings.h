// SPDX-License-Identifier: Apache-2.0
//
// What a test program checks about itself and about the recorder in its process: figures go to stdout as `name value`,
// each failed check to stderr as one line. Thread-safe.
#pragma once

#include <fmt/format.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>

#include "profiler/record/recorder.h"
#include "tests/programs/counted.h"
#include "tests/support/recorded_sums.h"

namespace bucketprof::programs {

class Findings {
 public:
  void figure(std::string_view name, std::uint64_t value) {
    const std::scoped_lock guard(lock_);
    fmt::print("{} {}\n", name, value);
    std::fflush(stdout);
  }
  void wrong(const std::string& what) {
    const std::scoped_lock guard(lock_);
    if (++wrong_ <= kMostLines) fmt::print(stderr, "wrong: {}\n", what);
  }
  template <class T>
  void expect_equal(std::string_view what, const T& found, const T& expected) {
    if (found != expected) wrong(fmt::format("{}: {} instead of {}", what, found, expected));
  }
  void expect_at_most(std::string_view what, std::uint64_t found, std::uint64_t most) {
    if (found > most) wrong(fmt::format("{}: {}, more than {}", what, found, most));
  }

  /// Expects a complete snapshot whose rows are consistent.
  void expect_consistent(const record::Snapshot& snapshot) {
    if (const std::string fault = record::fault_of(snapshot); !fault.empty()) wrong(fault);
    if (!snapshot.complete) wrong("an incomplete snapshot");
  }
  /// Expects that what was recorded of a group is exactly what the group counted.
  void expect_exact(const record::Snapshot& snapshot, const Group& group) {
    const Counts counted = group.counts();
    const record::Recorded recorded = recorded_of(snapshot, group);
    expect_equal(fmt::format("{} allocs", group.label()), recorded.allocs, counted.allocs);
    expect_equal(fmt::format("{} alloc bytes", group.label()), recorded.alloc_bytes, counted.alloc_bytes);
    expect_equal(fmt::format("{} in use", group.label()), recorded.inuse, counted.inuse);
    expect_equal(fmt::format("{} in use bytes", group.label()), recorded.inuse_bytes, counted.inuse_bytes);
  }
  /// Expects that nothing was lost and that no audit found a wrong stack.
  void expect_nothing_lost(const record::Snapshot& snapshot) {
    for (std::size_t i = 0; i < snapshot.losses.size(); ++i) {
      // Which thread takes the mark of a peak depends on timing.
      if (i == static_cast<std::size_t>(record::Loss::kHighWater)) continue;
      expect_equal(record::kLossNames[i], snapshot.losses[i], std::uint64_t{0});
    }
    expect_stacks_held(snapshot);
  }
  void expect_stacks_held(const record::Snapshot& snapshot) {
    expect_equal("mismatches", snapshot.captures.mismatches, std::uint64_t{0});
    figure("replays", snapshot.captures.replays);
    figure("walks", snapshot.captures.walks);
    figure("backtraces", snapshot.captures.backtraces);
    figure("audits", snapshot.captures.audits);
  }

  [[nodiscard]] static record::Recorded recorded_of(const record::Snapshot& snapshot, const Group& group) {
    return record::sum_of(snapshot, group.name().index);
  }
  [[nodiscard]] static record::Snapshot now() { return record::recorder().snapshot(At::kNow); }

  /// The program's exit status.
  [[nodiscard]] int status() const { return wrong_ == 0 ? 0 : 1; }

 private:
  static constexpr int kMostLines = 20;
  std::mutex lock_;
  std::atomic<int> wrong_{0};
};

}  // namespace bucketprof::programs
