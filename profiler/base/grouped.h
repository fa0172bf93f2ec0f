// SPDX-License-Identifier: Apache-2.0
//
// Whole numbers for people. Thread-safe (no state).
#pragma once

#include <cstdint>
#include <string>

namespace bucketprof {

/// "1,234,567".
[[nodiscard]] std::string grouped(std::int64_t number);

}  // namespace bucketprof
