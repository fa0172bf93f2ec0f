// SPDX-License-Identifier: Apache-2.0
//
// Byte counts as users type them: 524288, 512KiB, 1M.
#pragma once

#include <cstdint>
#include <string_view>

#include "profiler/base/result.h"

namespace bucketprof {

/// Parses a whole number with an optional unit, with or without a space between them: B, K, KB or KiB, M, MB or MiB, G,
/// GB or GiB, in any case, all powers of 1024. An error for anything else, for 0, and for values of more than 63 bits.
[[nodiscard]] Result<std::int64_t> parse_byte_size(std::string_view text);

}  // namespace bucketprof
