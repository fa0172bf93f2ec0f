// SPDX-License-Identifier: Apache-2.0
//
// Shapes at the end of a call tree: they fill and empty profiled tables.
#include <deque>
#include <string>

#include "profiler/containers_std.h"
#include "tests/programs/stack_family/family.h"

namespace bucketprof::stack_family {
namespace {

std::uint64_t fills_map(const Call& call) {
  profiled::unordered_map<std::uint32_t, std::uint32_t> map;
  for (std::uint32_t i = 0; i < 1 + call.amount % 3; ++i) map[i * call.amount] = i;
  map.erase(0);
  return map.size() + run_children(call);
}

std::uint64_t fills_set(const Call& call) {
  profiled::unordered_set<std::string> set{named("set")};
  set.reserve(call.amount % 30);
  set.insert("one");
  if (call.amount % 2 == 0) set.emplace("another, too long to be kept in place");
  const profiled::unordered_set<std::string> copy = set;
  return copy.size() + run_children(call);
}

std::uint64_t fills_vector(const Call& call) {
  std::vector<std::uint64_t, Allocator<std::uint64_t>> values;
  for (std::uint32_t i = 0; i < 1 + call.amount % 5; ++i) values.push_back(i);
  return values.back() + run_children(call);
}

// Freed far from where it was allocated.
std::uint64_t keeps(const Call& call) {
  constexpr std::size_t kMostKept = 20;
  static thread_local std::deque<std::vector<std::uint64_t, Allocator<std::uint64_t>>> kept;
  kept.emplace_back(1 + call.amount % 7);
  if (kept.size() > kMostKept) kept.pop_front();
  return kept.size() + run_children(call);
}

std::uint64_t allocates(const Call& call) {
  std::uint64_t sum = run_children(call);
  sum += allocate_here<struct First>(call.amount);
  sum += allocate_here<struct Second>(call.amount / 2);
  if (call.amount % 2 == 0) sum += allocate_here<struct Third>(call.amount / 4);
  return sum;
}

}  // namespace

std::span<const ShapeInfo> leaf_shapes() {
  static constexpr ShapeInfo kShapes[] = {
      {fills_map, 16}, {fills_set, 20}, {fills_vector, 12}, {keeps, 16}, {allocates, 2},
  };
  return kShapes;
}

}  // namespace bucketprof::stack_family
