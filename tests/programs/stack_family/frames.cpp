// SPDX-License-Identifier: Apache-2.0
//
// Shapes of frames: recursion, mutual recursion, frames whose size is known at run time only, large ones, and ones that
// need every register, so that rbp may be saved anywhere and hold any value.
#include <array>

#include "tests/programs/stack_family/family.h"

#pragma GCC diagnostic ignored "-Wvla"

namespace bucketprof::stack_family {
namespace {

constexpr std::uint32_t kMostLevels = 48;

// volatile keeps every level a frame of its own: no tail call, no loop.
[[gnu::noinline]] std::uint64_t down(const Call& call, std::uint32_t levels) {
  if (levels == 0) return run_children(call);
  volatile std::uint32_t left = levels - 1;
  std::uint64_t sum = down(call, left);
  if (levels % 8 == 0) sum += allocate_here<struct Down>(levels);
  return sum + left;
}
std::uint64_t recursion(const Call& call) { return down(call, call.amount % kMostLevels); }

// Frames of one size, called at the same place: only the return addresses show which of them are on the stack. The
// constants differ so that the compiler does not fold the two functions into one.
std::uint64_t zag(const Call& call, std::uint32_t way, std::uint32_t levels);
[[gnu::noinline]] std::uint64_t zig(const Call& call, std::uint32_t way, std::uint32_t levels) {
  volatile std::uint64_t sum = 3;
  if (levels == 0) {
    sum = run_children(call);
    sum = sum + allocate_here<struct Zig>(way);
  } else {
    sum = sum * ((way & 1) != 0 ? zig : zag)(call, way >> 1U, levels - 1);
  }
  return sum;
}
[[gnu::noinline]] std::uint64_t zag(const Call& call, std::uint32_t way, std::uint32_t levels) {
  volatile std::uint64_t sum = 5;
  if (levels == 0) {
    sum = run_children(call);
    sum = sum + allocate_here<struct Zag>(way);
  } else {
    sum = sum * ((way & 1) != 0 ? zig : zag)(call, way >> 1U, levels - 1);
  }
  return sum;
}
std::uint64_t mutual_recursion(const Call& call) { return zig(call, call.amount, 1 + call.amount % 6); }

// As zig and zag, but the frames differ in size.
std::uint64_t narrow(const Call& call, std::uint32_t levels);
[[gnu::noinline]] std::uint64_t wide(const Call& call, std::uint32_t levels) {
  volatile std::uint64_t room[9];
  room[0] = levels;
  room[8] = levels == 0 ? run_children(call) : narrow(call, levels - 1);
  return room[8] + room[0] + allocate_here<struct Wide>(levels);
}
[[gnu::noinline]] std::uint64_t narrow(const Call& call, std::uint32_t levels) {
  volatile std::uint64_t room = levels;
  room = room + (levels == 0 ? run_children(call) : wide(call, levels - 1));
  return room;
}
std::uint64_t uneven_recursion(const Call& call) { return wide(call, call.amount % 8); }

// Steps of 16 bytes, the stack's alignment: another order of such frames often leads to the same stack pointer.
std::uint64_t with_alloca(const Call& call) {
  auto* const room = static_cast<volatile char*>(__builtin_alloca(16 * (1 + call.amount % 5)));
  room[0] = 1;
  const std::uint64_t sum = run_children(call) + allocate_here<struct WithAlloca>(call.amount);
  return sum + static_cast<std::uint64_t>(room[0]);
}

std::uint64_t with_growing_alloca(const Call& call) {
  std::uint64_t sum = 0;
  for (const Call& child : call.children) {
    auto* const room = static_cast<volatile char*>(__builtin_alloca(16));
    room[0] = 1;
    sum = sum * 31 + child.shape(child) + allocate_here<struct Growing>(child.amount) +
          static_cast<std::uint64_t>(room[0]);
  }
  return sum;
}

std::uint64_t with_variable_length(const Call& call) {
  const std::size_t n = 1 + call.amount % 40;
  __extension__ volatile std::uint64_t room[n];
  room[n - 1] = call.amount;
  const std::uint64_t sum = run_children(call) + allocate_here<struct VariableLength>(call.amount);
  return sum + room[n - 1];
}

std::uint64_t large(const Call& call) {
  volatile char room[9000];
  room[call.amount % 9000] = 1;
  const std::uint64_t sum = run_children(call) + allocate_here<struct Large>(call.amount);
  return sum + static_cast<std::uint64_t>(room[call.amount % 9000]);
}

// More values live across the calls than there are registers to keep them in.
std::uint64_t crowded(const Call& call) {
  std::array<std::uint64_t, 10> values{};
  std::uint64_t next = call.amount | 1U;
  for (std::uint64_t& value : values) {
    asm volatile("" : "+r"(next));  // so that it cannot be computed again later
    value = next;
    next = next * 0x9e3779b97f4a7c15U + 1;
  }
  std::uint64_t sum = run_children(call);
  for (const std::uint64_t value : values) sum = (sum ^ value) * 7;
  sum += allocate_here<struct Crowded>(call.amount);
  for (const std::uint64_t value : values) sum = (sum + value) * 3;
  return sum;
}

// Branches that return early: by shrink-wrapping the compiler may save registers in one of them only.
std::uint64_t early(const Call& call) {
  if (call.children.empty()) return allocate_here<struct Early>(call.amount);
  std::uint64_t sum = call.amount;
  for (const Call& child : call.children) {
    sum = sum * 31 + child.shape(child);
    if (child.amount % 7 == 0) sum += allocate_here<struct EarlyTwo>(child.amount);
  }
  return sum;
}

}  // namespace

std::span<const ShapeInfo> frame_shapes() {
  static constexpr ShapeInfo kShapes[] = {
      {recursion, kMostLevels + 2},
      {mutual_recursion, 9},
      {mutual_recursion, 9},
      {uneven_recursion, 11},
      {with_alloca, 2},
      {with_alloca, 2},
      {with_alloca, 2},
      {with_growing_alloca, 2},
      {with_variable_length, 2},
      {large, 8},
      {crowded, 2},
      {early, 2},
  };
  return kShapes;
}

}  // namespace bucketprof::stack_family
