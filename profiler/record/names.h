// SPDX-License-Identifier: Apache-2.0
//
// The names given to tables, interned. Thread-safe.
#pragma once

#include <cstdint>
#include <string_view>

#include "profiler/base/arena.h"
#include "profiler/base/numbered_set.h"

namespace bucketprof::record {

class Names {
 public:
  static constexpr std::uint32_t kMaxNames = 65535;  // an index has 16 bits in a table's id
  static constexpr std::size_t kMaxBytes = 200;      // longer names are truncated

  explicit constexpr Names(Arena& arena) : arena_(&arena), names_(arena) {}

  /// The number of a name, which is cleaned up for use as a pprof label; 0 if it is empty or there is no room.
  [[nodiscard]] std::uint32_t intern(std::string_view name) noexcept;
  [[nodiscard]] std::string_view text(std::uint32_t name) const noexcept { return names_[name].text; }
  [[nodiscard]] Lock& lock() noexcept { return names_.lock(); }

 private:
  struct Name {
    std::uint64_t hash;
    std::string_view text;
  };

  Arena* arena_;
  NumberedSet<Name> names_;
};

}  // namespace bucketprof::record
