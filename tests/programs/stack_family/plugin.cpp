// SPDX-License-Identifier: Apache-2.0
//
// A library that the program loads and unloads as it runs. Built twice, with different flags, so that functions with
// frames of other sizes are loaded at the same addresses.
#include "tests/programs/stack_family/family.h"

namespace bucketprof::stack_family {
namespace {

[[gnu::noinline]] std::uint64_t with_alloca(const Call& call) {
  alignas(64) volatile char room[64];
  auto* const dynamic = static_cast<volatile char*>(__builtin_alloca(16 * (1 + call.amount % 3)));
  room[0] = 1;
  dynamic[0] = 1;
  const std::uint64_t sum = run_children(call) + allocate_here<struct WithAlloca>(call.amount);
  return sum + static_cast<std::uint64_t>(room[0] + dynamic[0]);
}

[[gnu::noinline]] std::uint64_t down(const Call& call, std::uint32_t levels) {
  if (levels == 0) return run_children(call) + allocate_here<struct Bottom>(call.amount);
  volatile std::uint64_t sum = down(call, levels - 1);
  return sum + allocate_here<struct Down>(levels);
}

[[gnu::noinline]] std::uint64_t thrower(const Call& call) {
  std::uint64_t sum = 0;
  try {
    sum = run_children(call);
    throw call.amount;
  } catch (std::uint32_t amount) {
    sum += allocate_here<struct Thrower>(amount);
  }
  return sum;
}

}  // namespace

extern "C" [[gnu::visibility("default")]] std::uint64_t stack_family_plugin(const Call& call) {
  switch (call.amount / 4 % 3) {
    case 0:
      return with_alloca(call) + 1;
    case 1:
      return down(call, call.amount % 5) + 2;
    default:
      return thrower(call) + 3;
  }
}

}  // namespace bucketprof::stack_family
