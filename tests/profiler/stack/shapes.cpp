// SPDX-License-Identifier: Apache-2.0
#include "tests/profiler/stack/shapes.h"

namespace bucketprof::stack {
namespace {

struct Call {
  std::uint64_t choices;
  int depth;
  void (*leaf)(void*);
  void* argument;
};

void descend(Call call);

/// After a call: prevents a tail call, and keeps `memory` in use until then.
void use(const volatile void* memory) { asm volatile("" ::"r"(memory) : "memory"); }

[[gnu::noinline]] void plain(Call call) {
  descend(call);
  use(nullptr);
}
[[gnu::noinline]] void variable(Call call) {
  auto* dynamic = static_cast<volatile char*>(__builtin_alloca(16 + call.choices % 200));
  use(dynamic);
  descend(call);
  use(dynamic);
}
[[gnu::noinline]] void aligned(Call call) {
  alignas(64) volatile char buffer[64];
  use(buffer);
  descend(call);
  use(buffer);
}
[[gnu::noinline]] void aligned_variable(Call call) {
  alignas(128) volatile char buffer[128];
  auto* dynamic = static_cast<volatile char*>(__builtin_alloca(16 + call.choices % 300));
  use(buffer);
  use(dynamic);
  descend(call);
  use(buffer);
}
[[gnu::noinline]] void many_arguments(Call call, int a, int b, int c, int d, int e, int f) {
  volatile int sum = a + b + c + d + e + f;
  descend(call);
  use(&sum);
}

[[gnu::noinline]] void descend(Call call) {
  if (call.depth == 0) {
    call.leaf(call.argument);
    use(nullptr);
    return;
  }
  const std::uint64_t choice = call.choices % 7;
  call.choices = call.choices / 7 * 0x9e3779b97f4a7c15U + 1;
  --call.depth;
  switch (choice) {
    case 0:
      variable(call);
      break;
    case 1:
      aligned(call);
      break;
    case 2:
      aligned_variable(call);
      break;
    case 3:
      many_arguments(call, 1, 2, 3, 4, 5, 6);
      break;
    case 4:
      [call] { plain(call); }();
      break;
    default:
      plain(call);
  }
  use(nullptr);
}

}  // namespace

void shapes(std::uint64_t choices, int depth, void (*leaf)(void*), void* argument) {
  descend({.choices = choices, .depth = depth, .leaf = leaf, .argument = argument});
  use(nullptr);
}

}  // namespace bucketprof::stack
