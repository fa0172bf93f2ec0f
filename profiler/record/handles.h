// SPDX-License-Identifier: Apache-2.0
//
// The directory of table handles: maps a table's id to its handle, where the table's entries are counted. Handles are
// reused but never unmapped; a handle in use carries its table's id. Guarded by the lock of the shard that owns it
// (tables.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "profiler/alloc/table.h"
#include "profiler/base/arena.h"
#include "profiler/base/probe_table.h"

namespace bucketprof::record {

class Handles {
 public:
  /// The table's handle, or nullptr.
  [[nodiscard]] alloc::TableHandle* find(alloc::TableId id) const noexcept;
  /// Adds a handle for a table that has none; nullptr when the arena has no room. If it had one not long ago, its life
  /// is tables::kAgain.
  [[nodiscard]] alloc::TableHandle* make(alloc::TableId id, Arena& arena) noexcept;
  /// Removes a handle, which must be in the directory, and keeps it for reuse.
  void retire(alloc::TableHandle* handle) noexcept;

 private:
  static constexpr std::size_t kRetired = 32;
  struct ById {
    [[nodiscard]] static bool is_empty(alloc::TableHandle* handle) noexcept { return handle == nullptr; }
    [[nodiscard]] static std::uint64_t hash(alloc::TableHandle* handle) noexcept;
  };
  using Directory = ProbeTable<alloc::TableHandle*, ById>;

  [[nodiscard]] alloc::TableHandle** slot_of(alloc::TableId id) const noexcept;
  [[nodiscard]] alloc::TableHandle* take(Arena& arena) noexcept;
  void put_away(alloc::TableHandle* handle) noexcept;

  Directory directory_;
  alloc::TableHandle* free_ = nullptr;
  std::array<alloc::TableId, kRetired> retired_{};  // some of the latest ones
};

}  // namespace bucketprof::record
