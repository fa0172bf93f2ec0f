// SPDX-License-Identifier: Apache-2.0
//
// Tables of nodes that nobody told how full they were: what the names of functions leave to know. As many entries as
// nodes were ever allocated for tables of a name bound what all arrays of that name ever held.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "profiler/findings/blocks.h"

namespace bucketprof::findings {

/// Arrays of one size, allocated at one line in one way.
struct ArraysOfSize {
  double ever = 0;
  double in_use = 0;
  double bytes = 0;     // of all that were ever allocated
  double variance = 0;  // of `ever`
  [[nodiscard]] double bytes_variance() const {
    const double each = ever > 0 ? bytes / ever : 0;
    return variance * each * each;
  }
};
using ArraySizes = std::map<std::uint64_t, ArraysOfSize>;  // by slots

/// The arrays that one line allocated.
struct ArrayLine {
  recognize::FrameRef place;
  std::size_t sample = 0;  // the one with the most bytes
  double heaviest = -1;
  ArraySizes sizes;

  [[nodiscard]] double ever() const;
  [[nodiscard]] double in_use() const;
  [[nodiscard]] double bytes() const;
  [[nodiscard]] double bytes_variance() const;
};

/// All tables of one name.
struct NodeArrays {
  const TableBlocks* table = nullptr;
  double nodes = 0;                   // as many were ever allocated, or fewer
  double least_nodes = 0;             // as many, or more
  std::vector<ArrayLine> reserved{};  // by reserve(), or by a constructor
  std::vector<ArrayLine> grown{};     // first arrays of an insert, and those that replaced full ones

  [[nodiscard]] bool has_exact_nodes() const { return nodes <= least_nodes; }
};

/// nullopt if the entries of the kind are not in nodes, if its arrays do tell how full they were, or if they are not
/// all of one known family. `interval` is the profile's: nodes that were not sampled count as well.
[[nodiscard]] std::optional<NodeArrays> node_arrays(const TableBlocks& table, std::int64_t interval);

}  // namespace bucketprof::findings
