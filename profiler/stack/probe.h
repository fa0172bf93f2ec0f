// SPDX-License-Identifier: Apache-2.0
//
// Finds a frame's rule with libunwind, which supports everything that unwind tables can express. Takes some
// microseconds.
#pragma once

#include <cstdint>

#include "profiler/stack/rule.h"

namespace bucketprof::stack {

/// Prepares probing. Calls malloc, so it must be called once from where that is allowed, and loads libunwind unless
/// libunwind::load() was called before. False if that, or memory, is missing.
[[nodiscard]] bool prepare_probing() noexcept;

/// The rule of a frame with this return address; kUnknown if probing was not prepared, or in a sandbox. Not for use
/// from several threads at once. libunwind takes locks of its own here, but never the loader's. Never calls malloc.
[[nodiscard]] Rule probe(std::uintptr_t return_address) noexcept;

}  // namespace bucketprof::stack
