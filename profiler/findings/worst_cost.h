// SPDX-License-Identifier: Apache-2.0
//
// What tables allocate at most, if only the sum of their entries is known.
#pragma once

#include <cstdint>

#include "profiler/findings/growth_rule.h"

namespace bucketprof::findings {

/// Tables of which is known how many entries they had in all, and how many at most in one of them.
struct Shared {
  double tables = 0;
  double entries = 0;             // of all together, each at its fullest
  std::uint64_t most_in_one = 0;  // at most
};

/// Bytes that the tables allocate, if reserved for `reserve` (0: not reserved), in the worst way that their entries may
/// be distributed over them. Not less than that, and for one table exact: the least concave function above the costs of
/// one table is taken, which has its largest sum where all have the same number of entries.
[[nodiscard]] double worst_cost(const GrowthRule& rule, std::uint64_t reserve, const Shared& shared);

/// The same if all have the same number of entries.
[[nodiscard]] double even_cost(const GrowthRule& rule, std::uint64_t reserve, const Shared& shared);

struct BoundedReserve {
  std::uint64_t reserve = 0;  // 0: do not reserve
  double worst = 0;           // bytes
};

/// The argument for what is known: of those whose worst cost saves nearly as much of `bytes` as that of the best does,
/// the one that is best if all tables have the same number of entries.
[[nodiscard]] BoundedReserve bounded_reserve(const GrowthRule& rule, const Shared& shared, double bytes);

}  // namespace bucketprof::findings
