// SPDX-License-Identifier: Apache-2.0
//
// From recorded blocks to estimates of all blocks: n recorded blocks stand for n x weight (record/sampler.h), rounded
// to a whole number at random so that the mean stays right: rounding single blocks to the nearest would put 27 % too
// many objects at size = interval. One random number serves all values of a row, so allocs >= inuse holds after
// rounding. Thread-compatible.
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
  /// Estimated slack where the n recorded blocks have `slack` bytes of it: the same ratio to their estimated number, so
  /// that slack never passes space.
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
