// SPDX-License-Identifier: Apache-2.0
//
// The stack store: keeps each distinct call stack once and numbers it. Thread-safe.
#pragma once

#include <cstdint>
#include <span>

#include "profiler/base/arena.h"
#include "profiler/base/numbered_set.h"

namespace bucketprof::record {

class Stacks {
 public:
  explicit constexpr Stacks(Arena& arena) : arena_(&arena), stacks_(arena) {}

  /// The number of a stack (return addresses, leaf first), added if new; 0 if there is no room.
  [[nodiscard]] std::uint32_t intern(std::span<const std::uintptr_t> frames) noexcept;
  /// The frames of a stack; valid for the life of the process.
  [[nodiscard]] std::span<const std::uintptr_t> frames(std::uint32_t stack) const noexcept;
  [[nodiscard]] std::uint32_t size() const noexcept { return stacks_.size(); }
  [[nodiscard]] Lock& lock() noexcept { return stacks_.lock(); }

 private:
  struct Stack {
    std::uint64_t hash;
    const std::uintptr_t* frames;
    std::uint64_t depth;
  };

  Arena* arena_;
  NumberedSet<Stack> stacks_;
};

}  // namespace bucketprof::record
