// SPDX-License-Identifier: Apache-2.0
//
// Control bytes, of which tables with open addressing have one for each slot: how many say what, and whether those of
// full slots look like parts of hashes. Metadata of a MiB is read in some ten microseconds, because programs wait.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "profiler/layout/block_bytes.h"

namespace bucketprof::layout {

/// The byte's value.
[[nodiscard]] inline std::uint8_t value_of(std::byte byte) noexcept { return std::to_integer<std::uint8_t>(byte); }

/// Control bytes whose top bit is clear are of full slots; two other values are legal.
struct ControlValues {
  std::uint8_t empty = 0;
  std::uint8_t deleted = 0;
};

struct ControlCounts {
  std::uint64_t full = 0;
  std::uint64_t empty = 0;
  std::uint64_t deleted = 0;
};

/// Counts `count` bytes; what is left to `count` are illegal values. SSE2 where there is any.
[[nodiscard]] ControlCounts counts_of(const std::byte* bytes, std::size_t count, const ControlValues& values) noexcept;

/// Bytes of full slots. Of hashes all values are about as frequent; in arrays of anything else few values are most of
/// the bytes. Keeps the first kMost of them.
class TagSample {
 public:
  static constexpr std::size_t kMost = 4096;

  void add(std::uint8_t tag) noexcept {
    if (size_ == kMost) return;
    ++size_;
    pairs_ += counts_[tag]++;
  }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

  /// Whether at most one of `parts` pairs, and some more, are of equal bytes. Of evenly spread hashes of b bits it is
  /// one of 2^b.
  [[nodiscard]] bool is_spread(std::uint64_t parts) const noexcept {
    return pairs_ <= size_ * (size_ - (size_ != 0 ? 1 : 0)) / 2 / parts + kChance;
  }

 private:
  static constexpr std::uint64_t kChance = 8;  // more equal pairs than few hashes ever have

  std::array<std::uint16_t, 256> counts_{};
  std::uint64_t size_ = 0;
  std::uint64_t pairs_ = 0;
};

/// Counts those at `offset`, and samples the tags; nullopt as soon as one is illegal or cannot be read.
[[nodiscard]] std::optional<ControlCounts> counts_in(BlockBytes& block, std::uint64_t offset, std::uint64_t count,
                                                     const ControlValues& values, TagSample& tags) noexcept;

}  // namespace bucketprof::layout
