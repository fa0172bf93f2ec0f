// SPDX-License-Identifier: Apache-2.0
//
// The call whose stack is wanted: frames nearer the leaf than its return address are the profiler's own.
#pragma once

#include <cstdint>

namespace bucketprof::stack {

struct Anchor {
  std::uintptr_t return_address = 0;
  /// After the call returns; with return_address the key of a remembered stack. The call's own frame is still there,
  /// and has a frame pointer: below this lie the return address and the caller's rbp. 0: not known.
  std::uintptr_t stack_pointer = 0;

  static constexpr std::int32_t kReturnAddress = -8;
  static constexpr std::int32_t kSavedFramePointer = -16;
};

}  // namespace bucketprof::stack

/// The anchor of the function this stands in, which must not be inlined.
#define BUCKETPROF_ANCHOR()                                                                         \
  (::bucketprof::stack::Anchor{                                                                     \
      reinterpret_cast<std::uintptr_t>(__builtin_extract_return_addr(__builtin_return_address(0))), \
      reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) - ::bucketprof::stack::Anchor::kSavedFramePointer})
