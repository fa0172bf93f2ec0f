// SPDX-License-Identifier: Apache-2.0
//
// Shapes whose locals are aligned more strictly than the stack: the distance of the frame to its caller's frame depends
// on the caller's address, and the canonical frame address may be kept in memory. Callers whose frames are 16 bytes
// apart can then lead to the same stack pointer with the same return address.
#include "tests/programs/stack_family/family.h"

#pragma GCC diagnostic ignored "-Wvla"

namespace bucketprof::stack_family {
namespace {

template <std::size_t kAlignment>
struct Aligned {
  struct Tag;
  struct DynamicTag;
  struct VariableTag;
  struct ArgumentsTag;

  [[gnu::noinline]] static std::uint64_t plain(const Call& call) {
    alignas(kAlignment) volatile char room[kAlignment];
    room[0] = 1;
    const std::uint64_t sum = run_children(call) + allocate_here<Tag>(call.amount);
    return sum + static_cast<std::uint64_t>(room[0]);
  }

  [[gnu::noinline]] static std::uint64_t with_alloca(const Call& call) {
    alignas(kAlignment) volatile char room[kAlignment];
    auto* const dynamic = static_cast<volatile char*>(__builtin_alloca(16 * (1 + call.amount % 5)));
    room[0] = 1;
    dynamic[0] = 1;
    const std::uint64_t sum = run_children(call) + allocate_here<DynamicTag>(call.amount);
    return sum + static_cast<std::uint64_t>(room[0] + dynamic[0]);
  }

  [[gnu::noinline]] static std::uint64_t with_variable_length(const Call& call) {
    alignas(kAlignment) volatile char room[kAlignment];
    const std::size_t n = 1 + call.amount % 40;
    __extension__ volatile std::uint64_t variable[n];
    room[0] = 1;
    variable[n - 1] = 1;
    const std::uint64_t sum = run_children(call) + allocate_here<VariableTag>(call.amount);
    return sum + static_cast<std::uint64_t>(room[0]) + variable[n - 1];
  }

  // Arguments on the stack: their place is found from the caller's stack pointer, which must be kept for that.
  [[gnu::noinline]] static std::uint64_t of_arguments(const Call& call, std::uint64_t a, std::uint64_t b,
                                                      std::uint64_t c, std::uint64_t d, std::uint64_t e,
                                                      std::uint64_t f, std::uint64_t g, std::uint64_t h) {
    alignas(kAlignment) volatile char room[kAlignment];
    room[0] = 1;
    const std::uint64_t sum = run_children(call) + allocate_here<ArgumentsTag>(call.amount);
    return sum + static_cast<std::uint64_t>(room[0]) + a + b + c + d + e + f + g + h;
  }
  [[gnu::noinline]] static std::uint64_t with_arguments(const Call& call) {
    volatile std::uint64_t one = 1;
    return one + of_arguments(call, one, one, one, one, one, one, call.amount, one);
  }
};

// Callers of one function whose frames differ by 16 bytes, the stack's alignment, so that the realigned frame of that
// function is often at the same address for several of them.
template <std::size_t kBytes, Shape* kCallee>
[[gnu::noinline]] std::uint64_t from_frame_of(const Call& call) {
  volatile char room[kBytes];
  room[0] = 1;
  return kCallee(call) + static_cast<std::uint64_t>(room[0]);
}

// Calls them at one call site.
template <Shape* kCallee>
[[gnu::noinline]] std::uint64_t from_neighbours(const Call& call) {
  static constexpr Shape* kCallers[] = {from_frame_of<16, kCallee>, from_frame_of<32, kCallee>,
                                        from_frame_of<48, kCallee>, from_frame_of<64, kCallee>};
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < 2; ++i) {
    // One of them runs the tree below, the others a call without children.
    const Call bare{.shape = call.shape, .amount = call.amount + i, .children = {}};
    sum = sum * 31 + kCallers[(call.amount + i) % 4](i == 0 ? call : bare);
  }
  return sum;
}

// One caller, whose frame gets a size chosen at run time.
template <Shape* kCallee>
[[gnu::noinline]] std::uint64_t at_distance(const Call& call) {
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < 2; ++i) {
    const Call bare{.shape = call.shape, .amount = call.amount, .children = {}};
    auto* const room = static_cast<volatile char*>(__builtin_alloca(16 * (1 + (call.amount >> 4U) % 3)));
    room[0] = 1;
    sum = sum * 31 + kCallee(i == 0 ? call : bare) + static_cast<std::uint64_t>(room[0]);
  }
  return sum;
}

}  // namespace

std::span<const ShapeInfo> aligned_shapes() {
  static constexpr ShapeInfo kShapes[] = {
      {Aligned<32>::plain, 2},
      {Aligned<64>::plain, 2},
      {Aligned<256>::plain, 2},
      {Aligned<32>::with_alloca, 2},
      {Aligned<64>::with_alloca, 2},
      {Aligned<256>::with_alloca, 2},
      {Aligned<64>::with_variable_length, 2},
      {Aligned<32>::with_arguments, 3},
      {Aligned<128>::with_arguments, 3},
      {from_neighbours<Aligned<64>::plain>, 4},
      {from_neighbours<Aligned<64>::with_alloca>, 4},
      {from_neighbours<Aligned<256>::with_alloca>, 4},
      {from_neighbours<Aligned<128>::with_arguments>, 5},
      {at_distance<Aligned<64>::plain>, 4},
      {at_distance<Aligned<128>::with_alloca>, 4},
      {at_distance<Aligned<64>::with_arguments>, 5},
  };
  return kShapes;
}

}  // namespace bucketprof::stack_family
