// SPDX-License-Identifier: Apache-2.0
//
// The directory of table handles: from a table's id to the place where its entries are counted. Handles are re-used and
// never unmapped; a handle in use carries its table's id. Under the lock of the shard that owns it.
#pragma once

#include <cstdint>

#include "profiler/alloc/table.h"
#include "profiler/base/arena.h"

namespace bucketprof::record {

class Handles {
 public:
  /// The table's handle, or nullptr.
  [[nodiscard]] alloc::TableHandle* find(alloc::TableId id) const noexcept;
  /// A fresh handle for a table that has none; nullptr when there is no room.
  [[nodiscard]] alloc::TableHandle* make(alloc::TableId id, Arena& arena) noexcept;
  /// Takes a handle out of use. It is in the directory.
  void retire(alloc::TableHandle* handle) noexcept;

 private:
  [[nodiscard]] bool grow(Arena& arena) noexcept;
  [[nodiscard]] alloc::TableHandle* take(Arena& arena) noexcept;

  // Open addressing with linear probing, at most half full; removal shifts back.
  alloc::TableHandle** slots_ = nullptr;
  std::uint64_t mask_ = 0;
  std::uint64_t count_ = 0;
  alloc::TableHandle* free_ = nullptr;
};

}  // namespace bucketprof::record
