// SPDX-License-Identifier: Apache-2.0
//
// What tests/programs/situations/loaders.cpp and the library that it loads share: a copy of a part of the stack.
#pragma once

#include <cstddef>
#include <cstdint>

struct StackImage {
  std::uintptr_t start = 0;
  char bytes[4096] = {};
};

using RunVariant = void (*)(void (*work)(void*), void* argument, const StackImage* image, bool first);
