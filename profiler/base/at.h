// SPDX-License-Identifier: Apache-2.0
//
// Selects the moment of a profile's in-use values.
#pragma once

#include <cstdint>

namespace bucketprof {

/// The moment that a profile's in-use values describe. Its alloc values always cover the whole run.
enum class At : std::uint8_t {
  kPeak,  ///< the high-water mark of in-use table bytes
  kNow,
};

}  // namespace bucketprof
