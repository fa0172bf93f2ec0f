// SPDX-License-Identifier: Apache-2.0
//
// The names that were given to tables. Thread-safe.
#pragma once

#include <cstdint>
#include <string_view>

#include "profiler/base/arena.h"
#include "profiler/record/interner.h"

namespace bucketprof::record {

class Names {
 public:
  static constexpr std::uint32_t kMaxNames = 65535;  // an index has 16 bits in a table's id
  static constexpr std::size_t kMaxBytes = 200;      // longer names are cut

  explicit constexpr Names(Arena& arena) : arena_(&arena), names_(arena) {}

  /// The number of a name, made fit for a label; 0 when it is empty or there is no room.
  [[nodiscard]] std::uint32_t intern(std::string_view name) noexcept;
  [[nodiscard]] std::string_view text(std::uint32_t name) const noexcept { return names_[name].text; }
  [[nodiscard]] Lock& lock() noexcept { return names_.lock(); }

 private:
  struct Name {
    std::uint64_t hash;
    std::string_view text;
  };

  Arena* arena_;
  Interner<Name> names_;
};

}  // namespace bucketprof::record
