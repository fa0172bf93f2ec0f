// SPDX-License-Identifier: Apache-2.0
//
// Whether it can be told what tables would allocate after another reserve(). If not, nothing is advised.
#pragma once

#include <cstdint>

#include "profiler/findings/reserve_line.h"

namespace bucketprof::findings {

/// Bytes of the same tables that a reserve() may change too, although they are not those of its line.
struct Elsewhere {
  double grown = 0;  // at the line, by tables that began at another one
  double again = 0;  // of tables that had arrays before
};

/// Whether the tables of the line may allocate more, or save less, than is computed for this argument (0: no
/// reserve()). `avoidable`: bytes that are said to be saved.
[[nodiscard]] bool is_in_doubt(const ReserveLine& line, std::uint64_t reserve, double avoidable,
                               const Elsewhere& elsewhere);

}  // namespace bucketprof::findings
