// SPDX-License-Identifier: Apache-2.0
//
// The time as profiles state it.
#pragma once

#include <chrono>
#include <cstdint>

namespace bucketprof::record {

/// Nanoseconds since 1970.
[[nodiscard]] inline std::int64_t now_nanos() noexcept {
  using std::chrono::nanoseconds;
  return std::chrono::duration_cast<nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace bucketprof::record
