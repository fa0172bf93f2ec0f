// SPDX-License-Identifier: Apache-2.0
//
// At which lines the entries of tables were inserted, as far as each has a node of its own.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "profiler/findings/blocks.h"

namespace bucketprof::findings {

/// A line at which nearly all entries were inserted, far more than a reserve() was meant for.
struct Unexpected {
  recognize::FrameRef line;
  std::size_t sample = 0;
  double here = 0;   // entries inserted at the line
  double other = 0;  // at all other lines: those that were expected
};

/// The line of `tables`, whose reserved arrays take `hint` entries in all, if the entries of the other lines are what
/// was reserved for, and at least ten times as many came at this one. nullopt if it is not so, or if entries have no
/// nodes.
[[nodiscard]] std::optional<Unexpected> unexpected_line(std::span<const TableBlocks* const> tables, double hint);

}  // namespace bucketprof::findings
