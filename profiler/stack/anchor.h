// SPDX-License-Identifier: Apache-2.0
//
// The call site whose stack is captured. Frames nearer the leaf than its return address belong to the profiler.
#pragma once

#include <cstdint>

namespace bucketprof::stack {

struct Anchor {
  std::uintptr_t return_address = 0;
  /// The stack pointer after the call has returned; 0 if not known. Together with return_address it is the key of a
  /// remembered stack. While the anchor is in use, the call's own frame still exists and has a frame pointer. So the
  /// return address and the caller's rbp lie below this address, at the offsets given here in bytes.
  std::uintptr_t stack_pointer = 0;

  static constexpr std::int32_t kReturnAddress = -8;
  static constexpr std::int32_t kSavedFramePointer = -16;
};

}  // namespace bucketprof::stack

/// The anchor of the enclosing function, which must not be inlined.
#define BUCKETPROF_ANCHOR()                                                                         \
  (::bucketprof::stack::Anchor{                                                                     \
      reinterpret_cast<std::uintptr_t>(__builtin_extract_return_addr(__builtin_return_address(0))), \
      reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) - ::bucketprof::stack::Anchor::kSavedFramePointer})
