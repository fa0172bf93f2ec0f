// SPDX-License-Identifier: Apache-2.0
//
// Where reports about the cases (tests/cases) are known to be wrong: one list, from which each repair removes lines.
#pragma once

#include <cstdint>
#include <string_view>

namespace bucketprof::e2e {

struct KnownGap {
  std::string_view check;   // "cause", "healthy", "advice" or "numbers"
  std::string_view name;    // of a case
  std::string_view family;  // "*": some of all
  std::string_view reason;
};

/// nullptr if there is none.
[[nodiscard]] const KnownGap* known_gap(std::string_view name, std::string_view family, std::string_view check);

/// Of the advices of sampled profiles of the cases, how many are wrong by more than their error. To become 5.
inline constexpr std::uint64_t kKnownWrongPercent = 8;

}  // namespace bucketprof::e2e
