// SPDX-License-Identifier: Apache-2.0
//
// The tables that one reserve() is, or would be, for, and what they would allocate with another argument.
#pragma once

#include <cstdint>
#include <vector>

#include "profiler/findings/growth_histories.h"

namespace bucketprof::findings {

/// The tables that one reserve() call would determine the capacity of: sums of their histories, or the largest.
struct ReserveLine {
  std::vector<GrowthHistory> histories;
  double bytes = 0;
  double variance = 0;
  double tables = 0;
  double unused = 0;
  double growths = 0;
  double moved = 0;
  std::uint64_t hint = 0;
  std::uint64_t most = 0;   // the largest number of entries, rounded as in the profile
  std::uint64_t held = 0;   // the same; not rounded if only one table had that peak
  std::uint64_t slots = 0;  // of the largest first array
  tables::Life life = 0;
};

/// At least one history.
[[nodiscard]] ReserveLine line_of(std::vector<GrowthHistory> histories);

/// Bytes that the tables allocate if reserved for `reserve` (0: not reserved). `least`: of peaks that are rounded, the
/// least that each may be, in place of the most.
[[nodiscard]] double cost(const ReserveLine& line, std::uint64_t reserve, bool least = false);

struct Best {
  std::uint64_t reserve = 0;
  double bytes = 0;
};

/// The argument with which the tables allocate least, the smallest if there are several; 0: without reserve().
[[nodiscard]] Best best_reserve(const ReserveLine& line);

/// Mean of the most entries of each table.
[[nodiscard]] double mean_entries(const ReserveLine& line);

}  // namespace bucketprof::findings
