// SPDX-License-Identifier: Apache-2.0
//
// All stacks of a profile merged into one tree, outermost frame first: what a flame graph draws. Light frames are
// folded, so that its size is bounded whatever the profile holds. Thread-safe (no state).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "profiler/model/profile.h"

namespace bucketprof::analyze {

/// What stands for the frames that were folded.
inline constexpr const char* kFolded = "(other)";

struct FlameLimits {
  double share = 0.001;       // a frame below this share of every sample type is folded
  std::size_t nodes = 20000;  // at most so many; what the heaviest ones call is kept first
  std::size_t depth = 400;    // frames further in are folded: no reader scrolls that far
};

struct FlameType {
  std::string type;
  std::string unit;
};

struct FlameNode {
  std::uint32_t name = 0;    // index into Flame::names
  std::uint32_t parent = 0;  // index into Flame::nodes; the root is its own
};

struct Flame {
  std::vector<FlameType> types;    // all that the profile has, in its order
  std::size_t weight = 0;          // index of the type that viewers show first
  std::vector<std::string> names;  // qualified; names[0] is kFolded, names[1] the root's, ""
  std::vector<bool> container;     // by name: is a container's own code
  std::vector<FlameNode> nodes;    // nodes[0] is the root; a node stands before its children, heavier ones first
  std::vector<std::int64_t> own;   // types.size() values a node, without its children's

  [[nodiscard]] std::span<const std::int64_t> own_of(std::size_t node) const {
    return {own.data() + node * types.size(), types.size()};
  }
};

/// For each type, all own values add up to the sum of all samples (which stays at the limits of 64 bits).
[[nodiscard]] Flame flame(const model::Profile& profile, const FlameLimits& limits = {});

}  // namespace bucketprof::analyze
