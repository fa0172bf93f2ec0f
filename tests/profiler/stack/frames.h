// SPDX-License-Identifier: Apache-2.0
//
// Functions whose frames have known rules. Each returns a return address in its own code, which identifies its frame.
#pragma once

#include <cstddef>
#include <cstdint>

// clang has no such attribute: its frames are those of the source's options.
#if defined(__clang__)
#define BUCKETPROF_OPTIMIZED(options)
#else
#define BUCKETPROF_OPTIMIZED(options) __attribute__((optimize(options)))
#endif

namespace bucketprof::stack {

/// The address to which this call returns.
[[gnu::noinline]] inline std::uintptr_t caller() {
  return reinterpret_cast<std::uintptr_t>(__builtin_extract_return_addr(__builtin_return_address(0)));
}

[[gnu::noinline]] BUCKETPROF_OPTIMIZED("O2,omit-frame-pointer") inline std::uintptr_t fixed_frame() {
  volatile char buffer[200];
  buffer[0] = 1;
  const std::uintptr_t here = caller();
  buffer[1] = buffer[0];
  return here;
}
[[gnu::noinline]] inline std::uintptr_t variable_frame(std::size_t n) {
  auto* dynamic = static_cast<volatile char*>(__builtin_alloca(n));
  dynamic[0] = 1;
  const std::uintptr_t here = caller();
  dynamic[0] = 2;
  return here;
}
[[gnu::noinline]] BUCKETPROF_OPTIMIZED("O2") inline std::uintptr_t realigned_frame(std::size_t n) {
  alignas(256) volatile char aligned[256];
  auto* dynamic = static_cast<volatile char*>(__builtin_alloca(n));
  aligned[0] = 1;
  dynamic[0] = 1;
  const std::uintptr_t here = caller();
  dynamic[0] = aligned[0];
  return here;
}

}  // namespace bucketprof::stack
