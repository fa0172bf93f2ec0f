// SPDX-License-Identifier: Apache-2.0
//
// Unloading of code. Everything remembered about code addresses is void once other code can stand there, so dlclose
// passes through here: it is marked as under way before the first page is unmapped, and what was learned is forgotten
// before the mark goes. Whoever runs code that was loaded since sees one or the other, because the loader's lock lies
// between. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>

namespace bucketprof::stack {

/// Lower 16 bits: calls of dlclose under way. The rest: how many have ended.
extern constinit std::atomic<std::uint64_t> code_state;
inline constexpr std::uint64_t kUnloadsUnderWay = 0xffff;

/// What to forget when code was unloaded.
void on_unload(void (*forget)() noexcept) noexcept;

/// In the child of a fork: other threads' calls of dlclose will not end there. What was learned must be forgotten.
void forget_other_unloads() noexcept;

}  // namespace bucketprof::stack
