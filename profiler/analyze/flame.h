// SPDX-License-Identifier: Apache-2.0
//
// Merges all call stacks of a profile into one tree, outermost frame first, for a flame graph. Light frames are folded,
// so that the size of the tree is bounded for any profile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "profiler/model/profile.h"

namespace bucketprof::analyze {

/// The name of a node that replaces folded frames.
inline constexpr const char* kFolded = "(other)";

struct FlameLimits {
  double share = 0.001;       // a frame below this share of every sample type is folded
  std::size_t nodes = 20000;  // at most this many; callees of the heaviest nodes are kept first
  std::size_t depth = 400;    // deeper frames are folded: nobody scrolls that far
};

struct FlameType {
  std::string type;
  std::string unit;
};

struct FlameNode {
  std::uint32_t name = 0;    // index into Flame::names
  std::uint32_t parent = 0;  // index into Flame::nodes; the root is its own parent
};

struct Flame {
  std::vector<FlameType> types;    // the sample types of the profile, in its order
  std::size_t weight = 0;          // index of the type that viewers show first
  std::vector<std::string> names;  // qualified; names[0] is kFolded, names[1] is the root's: ""
  std::vector<bool> container;     // by name: whether it is container code
  std::vector<FlameNode> nodes;    // in preorder, nodes[0] is the root; heavier siblings come first
  std::vector<std::int64_t> own;   // types.size() values per node, without its children's

  [[nodiscard]] std::span<const std::int64_t> own_of(std::size_t node) const {
    return {own.data() + node * types.size(), types.size()};
  }
};

/// For each type, the own values of all nodes add up to the sum of all samples. Sums saturate.
[[nodiscard]] Flame flame(const model::Profile& profile, const FlameLimits& limits = {});

}  // namespace bucketprof::analyze
