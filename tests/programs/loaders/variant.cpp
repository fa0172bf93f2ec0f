// SPDX-License-Identifier: Apache-2.0
//
// A library in two variants that differ in nothing but the size of one frame (FRAME_BYTES): mapped at the same address,
// they have the same return addresses but need different unwind rules. It calls back and does not allocate itself.
#include "tests/programs/loaders/variant.h"

namespace {

/// Fills its frame from a copy of an earlier stack, so that it looks as if the other variant had been called.
[[gnu::noinline]] void inner(void (*work)(void*), void* argument, const StackImage& image) {
  volatile char frame[FRAME_BYTES];
  const auto start = reinterpret_cast<std::uintptr_t>(&frame[0]);
  for (std::size_t i = 0; i < FRAME_BYTES; ++i) {
    const std::uintptr_t offset = start + i - image.start;
    frame[i] = offset < sizeof image.bytes ? image.bytes[offset] : '\0';
  }
  work(argument);
  frame[1] = frame[0];
}

}  // namespace

extern "C" [[gnu::noinline]] void run_variant(void (*work)(void*), void* argument, const StackImage* image,
                                              bool first) {
  volatile char frame[64];
  frame[0] = 0;
  if (first) {
    inner(work, argument, *image);
    frame[1] = frame[0];
  } else {  // the same stack but for one return address
    inner(work, argument, *image);
    frame[2] = frame[0];
  }
}
