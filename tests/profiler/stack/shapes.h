// SPDX-License-Identifier: Apache-2.0
//
// Frames of many shapes for the tests of stacks. Thread-safe.
#pragma once

#include <cstdint>

namespace bucketprof::stack {

/// Calls leaf(argument) below `depth` calls, each of a shape that the number chooses: fixed, with alloca, with
/// over-aligned locals that realign the stack, with both, with arguments on the stack, through a lambda.
void shapes(std::uint64_t choices, int depth, void (*leaf)(void*), void* argument);

}  // namespace bucketprof::stack
