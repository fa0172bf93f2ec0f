// SPDX-License-Identifier: Apache-2.0
//
// Which slots of groups are full, of tables whose entries take the lowest free slot of their group (boost, F14). They
// have no sentinel worth the name for small arrays: what tells them from other bytes, of which some are zero, is that
// the full slots come first.
//
// Of the C(w, k) ways in which k of w slots may be full, C(m, k) keep to the first m. If all ways were as likely, x or
// more bits (the logarithm of their quotient, rounded down) were seen with a probability of at most 2^-x in a group. Of
// g groups the sum were a geometric distribution's: 3 g + 24 bits or more have a probability below 2^-22.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace bucketprof::layout {

class GroupShape {
 public:
  static constexpr std::uint64_t kMost = 512;  // groups that are looked at; more would say the same

  /// Bit i of `full` is slot i of `width`, at most 15.
  void add(std::uint32_t full, std::uint32_t width) noexcept {
    ++groups_;
    for (std::uint32_t left = full; left != 0; left &= left - 1) ++lanes_[std::countr_zero(left)];
    const auto count = static_cast<std::uint32_t>(std::popcount(full));
    if (count == 0 || count == width) return;
    ++open_;
    const auto used = static_cast<std::uint32_t>(std::bit_width(full));
    bits_ += std::bit_width(kWays[width][count] / kWays[used][count]) - 1;
  }
  [[nodiscard]] bool is_complete() const noexcept { return groups_ == kMost; }

  /// Bits of evidence that the full slots come first, beyond what chance makes of other bytes.
  [[nodiscard]] std::uint64_t bits() const noexcept { return bits_ - std::min(bits_, 3 * open_); }

  /// False if slots are used less than some before and some after them: so are the high bytes of small integers. Erased
  /// entries leave no such gaps, whether the oldest or any of them were erased.
  [[nodiscard]] bool is_even() const noexcept {
    for (std::size_t i = 1; i + 1 < lanes_.size(); ++i) {
      const std::uint32_t before = *std::max_element(lanes_.begin(), lanes_.begin() + i);
      const std::uint32_t after = *std::max_element(lanes_.begin() + i + 1, lanes_.end());
      if (lanes_[i] * 8 + 16 < std::min(before, after)) return false;
    }
    return true;
  }

 private:
  using Ways = std::array<std::array<std::uint32_t, 16>, 16>;
  static constexpr Ways kWays = [] {
    Ways ways{};
    for (std::size_t n = 0; n < ways.size(); ++n) {
      ways[n][0] = 1;
      for (std::size_t k = 1; k <= n; ++k) ways[n][k] = ways[n - 1][k - 1] + ways[n - 1][k];
    }
    return ways;
  }();

  std::array<std::uint32_t, 15> lanes_{};
  std::uint64_t groups_ = 0;
  std::uint64_t open_ = 0;
  std::uint64_t bits_ = 0;
};

/// Whether two halves of the groups have about as many full slots, as hashes make it. Arrays are nested: every second
/// chunk, or the last groups, of an array may be those of a smaller one. The larger one is meant if both halves are
/// groups.
[[nodiscard]] constexpr bool are_balanced(std::uint64_t full, std::uint64_t other_full) noexcept {
  const std::uint64_t most = std::max(full, other_full);
  return most - std::min(full, other_full) <= most / 4 + 24;
}

}  // namespace bucketprof::layout
