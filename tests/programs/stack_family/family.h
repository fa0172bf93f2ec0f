// SPDX-License-Identifier: Apache-2.0
//
// A program that runs random call trees. A shape is a function with a special kind of frame or way of calling; it runs
// its children in that frame and allocates there. Every shape can call every other one. Thread-safe: shapes keep state
// in thread-local variables only.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "profiler/alloc/allocator.h"
#include "profiler/base/sanitizer.h"

// Whether there are shapes that switch to another stack, which sanitizers do not follow.
#if defined(BUCKETPROF_SANITIZED)
#define STACK_FAMILY_SWITCHES_STACKS 0
#else
#define STACK_FAMILY_SWITCHES_STACKS 1
#endif

namespace bucketprof::stack_family {

struct Call;
using Shape = std::uint64_t(const Call& call);

struct Call {
  Shape* shape = nullptr;
  std::uint32_t amount = 0;  // its meaning is the shape's choice
  std::vector<Call> children;
};

struct ShapeInfo {
  Shape* shape;
  std::uint32_t frames;  // how many it adds to a stack at most
};

/// The shapes of each source.
[[nodiscard]] std::span<const ShapeInfo> frame_shapes();
[[nodiscard]] std::span<const ShapeInfo> aligned_shapes();
[[nodiscard]] std::span<const ShapeInfo> call_shapes();
[[nodiscard]] std::span<const ShapeInfo> control_shapes();
[[nodiscard]] std::span<const ShapeInfo> switching_shapes();
[[nodiscard]] std::span<const ShapeInfo> leaf_shapes();

/// Runs the children in the frame of the caller.
[[gnu::always_inline]] inline std::uint64_t run_children(const Call& call) {
  std::uint64_t sum = call.amount;
  for (const Call& child : call.children) sum = sum * 31 + child.shape(child);
  return sum;
}

/// Allocates and frees a block in the frame of the caller. `Tag` gives each place functions of its own.
template <class Tag>
[[gnu::always_inline]] inline std::uint64_t allocate_here(std::uint32_t amount) {
  struct Block {
    std::uint64_t words[2];
  };
  Allocator<Block> allocator;
  const std::size_t n = 1 + amount % 3;
  Block* const block = allocator.allocate(n);
  block->words[0] = amount;
  const std::uint64_t sum = block->words[0] + n;
  allocator.deallocate(block, n);
  return sum;
}

/// The entry point of a plugin: the function of this name in plugin.cpp. Every thread opens a plugin for itself.
using PluginEntry = std::uint64_t(const Call& call);
inline constexpr const char* kPluginEntry = "stack_family_plugin";
extern constinit thread_local PluginEntry* plugin;

}  // namespace bucketprof::stack_family
