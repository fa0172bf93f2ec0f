// SPDX-License-Identifier: Apache-2.0
#include "tests/programs/stack_family/script.h"

#include <iterator>
#include <numeric>

namespace bucketprof::stack_family {
namespace {

constexpr std::uint32_t kMostFrames = 200;  // of a tree; a stack with more than 256 is cut
constexpr std::uint32_t kLeafFrames = 24;   // kept for its leaves

struct Shapes {
  std::vector<std::span<const ShapeInfo>> kinds{frame_shapes(),   aligned_shapes(),   call_shapes(),
                                                control_shapes(), switching_shapes(), leaf_shapes()};

  /// `nodes`: the size of the subtree. Shapes that switch stacks are mostly drawn for small subtrees, because neither
  /// they nor anything that they call can be replayed.
  [[nodiscard]] const ShapeInfo& draw(Random& random, std::uint32_t nodes) const {
    static constexpr std::uint32_t kWeights[] = {10, 12, 10, 6, 4, 3};  // in the order of `kinds`
    static constexpr std::size_t kSwitching = 4;
    static constexpr std::uint32_t kMostNodesBelow = 6;
    std::uint32_t drawn = random.below(std::accumulate(std::begin(kWeights), std::end(kWeights), 0U));
    std::size_t kind = 0;
    while (drawn >= kWeights[kind]) drawn -= kWeights[kind++];
    if (kind == kSwitching && nodes > kMostNodesBelow && random.below(20) != 0) kind = 0;
    return kinds[kind][random.below(static_cast<std::uint32_t>(kinds[kind].size()))];
  }
  [[nodiscard]] const ShapeInfo& draw_leaf(Random& random) const {
    return kinds.back()[random.below(static_cast<std::uint32_t>(kinds.back().size()))];
  }
};

Call draw_call(const Shapes& shapes, Random& random, std::uint32_t nodes, std::uint32_t frames) {
  const ShapeInfo* shape = &shapes.draw(random, nodes);
  const bool leaf = nodes <= 1 || shape->frames + kLeafFrames > frames;
  if (leaf) shape = &shapes.draw_leaf(random);
  Call call{.shape = shape->shape, .amount = random.below(64), .children = {}};
  if (leaf) return call;
  frames -= shape->frames;
  --nodes;
  while (nodes > 0) {
    const std::uint32_t part = random.below(10) < 6 ? nodes : 1 + random.below(nodes);
    call.children.push_back(draw_call(shapes, random, part, frames));
    nodes -= part;
  }
  return call;
}

/// Changes amounts, and so the sizes of frames and the ways through them.
void vary(Call& call, Random& random) {
  if (random.below(6) == 0) call.amount = random.below(64);
  for (Call& child : call.children) vary(child, random);
}

}  // namespace

std::uint64_t Random::next() {
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ mixed >> 30U) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ mixed >> 27U) * 0x94d049bb133111ebU;
  return mixed ^ mixed >> 31U;
}

std::uint32_t Random::below(std::uint32_t limit) { return static_cast<std::uint32_t>(next() >> 33U) % limit; }

std::vector<Call> draw_trees(std::uint64_t seed, std::size_t n) {
  const Shapes shapes;
  Random random(seed);
  std::vector<Call> trees{draw_call(shapes, random, 20 + random.below(30), kMostFrames)};
  while (trees.size() < n) {
    trees.push_back(trees.front());
    vary(trees.back(), random);
  }
  return trees;
}

}  // namespace bucketprof::stack_family
