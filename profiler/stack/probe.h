// SPDX-License-Identifier: Apache-2.0
//
// A frame's rule by libunwind, which knows all that unwind tables can say: some microseconds.
#pragma once

#include <cstdint>

#include "profiler/stack/rule.h"

namespace bucketprof::stack {

/// Makes probing possible; it calls malloc, so once, where that is allowed. False: no memory.
[[nodiscard]] bool prepare_probing() noexcept;

/// The rule of a frame with this return address. One caller at a time: libunwind takes locks of its own here, never the
/// loader's. Never calls malloc. kUnknown: probing was not prepared.
[[nodiscard]] Rule probe(std::uintptr_t return_address) noexcept;

}  // namespace bucketprof::stack
