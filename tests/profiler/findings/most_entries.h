// SPDX-License-Identifier: Apache-2.0
//
// How large the tables get with which growth rules are compared. Sanitized, large tables cost much: those of more than
// 2^13 entries are tried by the optimised build of the long form.
#pragma once

#include <cstdint>

#include "tests/support/sanitized.h"

namespace bucketprof::findings {

inline constexpr std::uint64_t kMostEntries = testing_support::kSanitized ? 1U << 13U : 1U << 17U;

}  // namespace bucketprof::findings
