// SPDX-License-Identifier: Apache-2.0
//
// Finds a frame's rule with libunwind, which supports everything that unwind tables can express. Takes some
// microseconds.
#pragma once

#include <cstdint>

#include "profiler/stack/rule.h"

namespace bucketprof::stack {

/// Loads libunwind and prepares probing. Calls malloc and waits for the loader's lock, so no lock may be held. False if
/// libunwind, or memory, is missing. Thread-safe.
[[nodiscard]] bool prepare_probing() noexcept;

/// The rule of a frame with this return address; kUnknown if probing was not prepared, or in a sandbox. Not for use
/// from several threads at once. libunwind takes locks of its own here, but never the loader's. Never calls malloc.
[[nodiscard]] Rule probe(std::uintptr_t return_address) noexcept;

}  // namespace bucketprof::stack
