// SPDX-License-Identifier: Apache-2.0
//
// Reads a frame's rule from its frame description entry (FDE) in .eh_frame (DWARF 5, 6.4; Linux Standard Base 5.0,
// 10.6.1). It supports what compilers emit for nearly all code: a canonical frame address (CFA) at a constant offset
// from rsp or rbp, and registers saved at constant offsets from the CFA. All other frames are left to libunwind
// (probe.h). Tests compare the two, function by function.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "profiler/stack/loaded_object.h"
#include "profiler/stack/rule.h"

namespace bucketprof::stack {

/// The rule at `pc`, from the FDE at address `description`; kUnknown if the FDE has an unsupported form or does not
/// cover `pc`. Reads nothing outside `segment`, whatever its content.
[[nodiscard]] Rule read_call_frame(std::span<const std::byte> segment, Address description, Address pc) noexcept;

}  // namespace bucketprof::stack
