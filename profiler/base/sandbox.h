// SPDX-License-Identifier: Apache-2.0
//
// Whether this process has asked the kernel to restrict its system calls (seccomp). From then on a call may end it, so
// the recorder makes none but futex, and in the strict mode, which forbids that as well, not even this. Its memory
// comes from a reserve that is mapped before. Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace bucketprof::sandbox {

enum class Mode : std::uint8_t { kNone, kFilter, kStrict };
extern constinit std::atomic<Mode> mode;
[[nodiscard]] inline bool entered() noexcept { return mode.load(std::memory_order_relaxed) != Mode::kNone; }
[[nodiscard]] inline bool is_strict() noexcept { return mode.load(std::memory_order_relaxed) == Mode::kStrict; }

/// Maps the reserve, and restricts what the recorder calls. Call before the restriction itself.
void enter(Mode entered) noexcept;

/// Zeroed whole pages of the reserve, which are never given back; nullptr if it is used up.
[[nodiscard]] void* take(std::size_t bytes) noexcept;

}  // namespace bucketprof::sandbox
