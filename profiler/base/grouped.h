// SPDX-License-Identifier: Apache-2.0
//
// Formats whole numbers for display.
#pragma once

#include <cstdint>
#include <string>

namespace bucketprof {

/// The number with thousands separators: "1,234,567".
[[nodiscard]] std::string grouped(std::int64_t number);

}  // namespace bucketprof
