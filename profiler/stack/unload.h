// SPDX-License-Identifier: Apache-2.0
//
// Unloading of code. What is remembered about code addresses becomes invalid once other code can be loaded there, so
// this library interposes dlclose. A call is marked as under way before the first page is unmapped, and all that was
// learned is forgotten before the mark is removed. A thread that runs newly loaded code sees either the mark or the end
// of the call, because the loader's lock orders them. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>

namespace bucketprof::stack {

/// Lower 16 bits: the number of dlclose calls under way. Upper 48 bits: the number of calls that have ended.
extern constinit std::atomic<std::uint64_t> code_state;
inline constexpr std::uint64_t kUnloadsUnderWay = 0xffff;

/// Sets the function that forgets all that was learned. It is called after each unload.
void on_unload(void (*forget)() noexcept) noexcept;

/// A call of dlclose begins, and has ended, on this thread. Other copies of this library in the process, which forward
/// theirs, set their own with forward_unloads().
void unload_begins() noexcept;
void unload_ended() noexcept;
/// What this copy's dlclose calls instead. Call before the first dlclose.
void forward_unloads(void (*begins)() noexcept, void (*ended)() noexcept) noexcept;

/// For the child of a fork, where other threads' dlclose calls will never end. Counts them as ended and, if there are
/// any, forgets all that was learned.
void forget_other_unloads() noexcept;

}  // namespace bucketprof::stack
