// SPDX-License-Identifier: Apache-2.0
//
// The rule of a frame as its description in .eh_frame says it (DWARF 5, 6.4; Linux Standard Base 5.0, 10.6.1). Read are
// the descriptions that compilers write for nearly all code: a frame whose end lies at a distance from rsp or rbp, with
// registers saved at distances from there. All others are left to libunwind (probe.h), which tests compare with this,
// function by function.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "profiler/stack/loaded_object.h"
#include "profiler/stack/rule.h"

namespace bucketprof::stack {

/// The rule at `pc`, of which the description tells that begins at `description`; kUnknown where it is none of the
/// usual, or does not tell of it. Reads nothing outside of `segment`, whatever that holds. Thread-safe.
[[nodiscard]] Rule read_call_frame(std::span<const std::byte> segment, Address description, Address pc) noexcept;

}  // namespace bucketprof::stack
