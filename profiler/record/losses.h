// SPDX-License-Identifier: Apache-2.0
//
// Counts of what the recorder had to drop; every profile shows them. Thread-safe and async-signal-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bucketprof::record {

enum class Loss : std::uint8_t {
  kBlocks,      // blocks not recorded, because the memory limit was reached
  kBytes,       // their bytes
  kNested,      // blocks not recorded, because a signal handler that interrupted the recorder allocated them
  kFrees,       // frees that could not be deferred for want of memory: their blocks stay in use in the profile
  kTables,      // times that a table's entries could not be counted, because the memory limit was reached
  kTruncated,   // stacks cut off at the maximum depth
  kMismatches,  // remembered stacks that an audit found wrong: must stay 0
  kUnwinder,    // libunwind could not be set up, so every stack is unwound by libgcc, which is slow
  kHighWater,   // 1 if the high-water mark could not be taken, because another thread took a lower one or a snapshot
  kMissed,  // frees that were not seen, because the address was allocated again: the program freed it in another way
  kCount,
};

inline constexpr std::array<std::string_view, static_cast<std::size_t>(Loss::kCount)> kLossNames{
    "blocks",           "bytes",    "nested",           "frees",       "tables", "truncated_stacks",
    "stack_mismatches", "unwinder", "high_water_marks", "missed_frees"};

class Losses {
 public:
  using Counts = std::array<std::uint64_t, static_cast<std::size_t>(Loss::kCount)>;

  void add(Loss loss, std::uint64_t n = 1) noexcept {
    counts_[static_cast<std::size_t>(loss)].fetch_add(n, std::memory_order_relaxed);
  }
  void add_block(std::uint64_t bytes) noexcept {
    add(Loss::kBlocks);
    add(Loss::kBytes, bytes);
  }
  [[nodiscard]] Counts counts() const noexcept {
    Counts copy{};
    for (std::size_t i = 0; i < copy.size(); ++i) copy[i] = counts_[i].load(std::memory_order_relaxed);
    return copy;
  }

 private:
  std::array<std::atomic<std::uint64_t>, static_cast<std::size_t>(Loss::kCount)> counts_{};
};

}  // namespace bucketprof::record
