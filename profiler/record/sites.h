// SPDX-License-Identifier: Apache-2.0
//
// The site table: each distinct combination of a stack and of what a block is, under a number. All blocks of a site
// have the same size, so bytes are always objects x size: the two cannot be torn apart. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "profiler/alloc/kind.h"
#include "profiler/base/arena.h"
#include "profiler/record/interner.h"

namespace bucketprof::record {

struct SiteKey {
  std::uint32_t stack = 0;
  std::uint32_t name = 0;      // index of the table's given name; 0: the type's
  std::string_view type_name;  // static storage; compared by address (equal texts merge when published)
  std::uint64_t bytes = 0;     // of one block
  std::uint64_t slots = 0;
  std::uint64_t hint = 0;
  std::uint64_t interval = 1;  // mean sampling interval in force
  std::uint32_t entry_bytes = 0;
  alloc::Kind kind = alloc::Kind::kUnknown;
  hashmap::Part part = hashmap::Part::kOther;
  hashmap::Cause cause = hashmap::Cause::kUnknown;
};

struct Site {
  std::uint64_t hash;
  SiteKey key;
  /// Ends of blocks that had no room in a thread's own counters.
  std::atomic<std::uint64_t> shared_frees;
  /// Blocks in use at the last kept high-water mark. Under the snapshot lock.
  std::uint64_t kept;
};

class Sites {
 public:
  explicit constexpr Sites(Arena& arena) : sites_(arena) {}

  /// The number of a site; 0 when there is no room.
  [[nodiscard]] std::uint32_t intern(const SiteKey& key) noexcept;
  [[nodiscard]] Site& operator[](std::uint32_t site) noexcept { return sites_[site]; }
  [[nodiscard]] const Site& operator[](std::uint32_t site) const noexcept { return sites_[site]; }
  /// Sites are numbered 1..size().
  [[nodiscard]] std::uint32_t size() const noexcept { return sites_.size(); }
  [[nodiscard]] Lock& lock() noexcept { return sites_.lock(); }

 private:
  Interner<Site> sites_;
};

}  // namespace bucketprof::record
