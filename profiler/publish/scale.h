// SPDX-License-Identifier: Apache-2.0
//
// Scales counts of recorded blocks to estimates of all blocks: n recorded blocks stand for n x weight
// (record/sampler.h). The product is rounded up or down at random, so that its mean is right: rounding single blocks
// to the nearest whole number would give 26 % too many objects at size = interval. All values of a row use the same
// random number, so that allocs >= inuse still holds after rounding.
#pragma once

#include <cstdint>

namespace bucketprof::publish {

class Scale {
 public:
  /// weight: >= 1. uniform: in [0, 1), drawn for this row.
  Scale(double weight, double uniform) : weight_(weight), uniform_(uniform) {}

  /// Estimated blocks for n recorded ones.
  [[nodiscard]] std::int64_t blocks(std::uint64_t n) const {
    if (n == 0 || weight_ <= 1.0) return static_cast<std::int64_t>(n);
    return static_cast<std::int64_t>(static_cast<double>(n) * weight_ + uniform_);
  }
  /// Estimated slack, in bytes, if n recorded blocks have `slack` bytes. The slack per block stays the same, so slack
  /// never exceeds space.
  [[nodiscard]] std::int64_t slack(std::uint64_t slack, std::uint64_t n) const {
    if (n == 0 || weight_ <= 1.0) return static_cast<std::int64_t>(slack);
    return static_cast<std::int64_t>(static_cast<double>(slack) / static_cast<double>(n) *
                                     static_cast<double>(blocks(n)));
  }

 private:
  double weight_;
  double uniform_;
};

}  // namespace bucketprof::publish
