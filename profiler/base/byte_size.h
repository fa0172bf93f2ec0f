// SPDX-License-Identifier: Apache-2.0
//
// Byte counts as people type them: 524288, 512KiB, 1M. Thread-safe (no state).
#pragma once

#include <cstdint>
#include <string_view>

#include "profiler/base/result.h"

namespace bucketprof {

/// A whole number with an optional unit, a blank between them or none: B, K, KB or KiB, M, MB or MiB, G, GB or GiB, in
/// any case, all powers of 1024. An error for anything else, for 0, and for what does not fit 63 bits.
[[nodiscard]] Result<std::int64_t> parse_byte_size(std::string_view text);

}  // namespace bucketprof
