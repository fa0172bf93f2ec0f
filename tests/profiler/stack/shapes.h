// SPDX-License-Identifier: Apache-2.0
//
// Calls through frames of many shapes, for tests of unwinding.
#pragma once

#include <cstdint>

namespace bucketprof::stack {

/// Calls leaf(argument) through a chain of `depth` calls. `choices` selects the shape of each frame: fixed, with
/// alloca, with over-aligned locals that realign the stack, with both, with arguments on the stack, through a lambda.
void shapes(std::uint64_t choices, int depth, void (*leaf)(void*), void* argument);

}  // namespace bucketprof::stack
