// SPDX-License-Identifier: Apache-2.0
//
// Whether blocks are recorded, and with which settings. A change gives alloc::recording_epoch another value, by which
// each thread notices it at its next allocation. Thread-safe where stated; all else requires lock(), and what changes
// something requires the snapshot lock, too, so either lock is enough to read.
#pragma once

#include <atomic>
#include <cstdint>

#include "profiler/alloc/record.h"
#include "profiler/base/lock.h"
#include "profiler/record/lead.h"
#include "profiler/stack/capture.h"

namespace bucketprof::record {

/// The arguments of Recorder::start().
struct Settings {
  std::uint64_t interval = 1;                      // sampling interval, mean bytes; 1: every block is recorded
  std::uint64_t seed = 1;                          // of the sampler
  std::uint64_t memory_limit = ~std::uint64_t{0};  // for the recorder's own memory, bytes
  stack::Unwinding unwinding = stack::Unwinding::kReplay;
  std::uint32_t audit_interval = stack::Capturer::kAuditInterval;  // replays between audits, counted per thread
};

class Recording {
 public:
  constexpr Recording() = default;

  /// Thread-safe.
  [[nodiscard]] static bool running() noexcept { return alloc::recording_epoch.load(std::memory_order_relaxed) != 0; }
  /// Thread-safe.
  static void stop() noexcept { followers().set_epoch(0); }

  /// Settings out of range are replaced by the nearest ones in it.
  void start(const Settings& settings) noexcept;
  /// For the first open scope: starts with interval 1 until stop_for_scopes(), unless start() is called in between.
  void start_for_scopes() noexcept;
  /// Whether it has stopped what start_for_scopes() started.
  bool stop_for_scopes() noexcept;
  /// Makes each thread read the settings and its scopes again.
  void notify_threads() noexcept;

  [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
  [[nodiscard]] std::uint32_t epoch() const noexcept { return epoch_; }
  /// The time of the first start, nanoseconds since 1970; 0: never started.
  [[nodiscard]] std::int64_t started_nanos() const noexcept { return started_nanos_; }
  [[nodiscard]] Lock& lock() noexcept { return lock_; }

 private:
  Lock lock_;
  Settings settings_;
  std::uint32_t epoch_ = 0;  // the latest value of alloc::recording_epoch that was not 0
  bool for_scopes_ = false;
  std::int64_t started_nanos_ = 0;
};

}  // namespace bucketprof::record
