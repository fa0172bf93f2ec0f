// SPDX-License-Identifier: Apache-2.0
//
// The site table: numbers each distinct combination of a call stack and the properties of a block (SiteKey). All blocks
// of a site have the same size, so bytes are always objects x size and the two cannot disagree. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "hashmap/part.h"
#include "profiler/base/arena.h"
#include "profiler/base/numbered_set.h"
#include "profiler/tables/kind.h"

namespace bucketprof::record {

/// The scopes in which a block was allocated (scopes.h); both 0: none.
struct ScopeId {
  std::uint32_t thread = 0;
  std::uint32_t era = 0;
  friend bool operator==(const ScopeId&, const ScopeId&) = default;
};

struct SiteKey {
  std::string_view type_name;  // a Site has a copy: the string goes away if its library is unloaded
  std::uint64_t bytes = 0;     // of one block
  std::uint32_t stack = 0;
  std::uint32_t start = 0;  // of bucket blocks: the stack of the table's first one (alloc/table.h); 0: unknown
  std::uint32_t name = 0;   // number of the table's name in Names; 0: none given, type_name serves
  std::uint32_t entry_bytes = 0;
  tables::Kind kind = tables::Kind::kUnknown;
  hashmap::Part part = hashmap::Part::kOther;
  hashmap::Cause cause = hashmap::Cause::kUnknown;
  std::uint64_t interval = 1;  // sampling interval at the allocation, mean bytes
  std::uint64_t slots = 0;     // of bucket blocks only, as is hint (hashmap::PartInfo)
  std::uint64_t hint = 0;
  ScopeId scope_id{};

  friend bool operator==(const SiteKey& a, const SiteKey& b) noexcept {
    return a.stack == b.stack && a.start == b.start && a.name == b.name && a.type_name == b.type_name &&
           a.bytes == b.bytes && a.slots == b.slots && a.hint == b.hint && a.interval == b.interval &&
           a.entry_bytes == b.entry_bytes && a.kind == b.kind && a.part == b.part && a.cause == b.cause &&
           a.scope_id == b.scope_id;
  }
};

/// Whether it is the block of a table that told what it is.
[[nodiscard]] inline bool is_of_table(const SiteKey& key) noexcept { return key.name != 0 || !key.type_name.empty(); }

struct Site {
  std::uint64_t hash;
  SiteKey key;
  std::uint32_t number;
  /// Bytes that one recorded block stands for.
  std::int64_t weighted_bytes;
  /// Address of the type's name when the site was last looked up. It identifies the type until code is unloaded.
  std::atomic<const char*> type_name_at;
  /// Frees by threads that have no counter for the site and cannot get one.
  std::atomic<std::uint64_t> shared_frees;
  /// What came of looks at its blocks (looking.cpp).
  std::atomic<std::uint32_t> looks;
  /// Blocks in use at the last high-water mark. Guarded by the snapshot lock.
  std::uint64_t kept;
};

class Sites {
 public:
  explicit constexpr Sites(Arena& arena) : arena_(&arena), sites_(arena) {}

  /// The site with this key, added if new; nullptr if there is no room.
  [[nodiscard]] Site* intern(const SiteKey& key) noexcept;
  [[nodiscard]] Site& operator[](std::uint32_t site) noexcept { return sites_[site]; }
  [[nodiscard]] const Site& operator[](std::uint32_t site) const noexcept { return sites_[site]; }
  /// Sites are numbered 1..size().
  [[nodiscard]] std::uint32_t size() const noexcept { return sites_.size(); }
  [[nodiscard]] Lock& lock() noexcept { return sites_.lock(); }

 private:
  Arena* arena_;
  NumberedSet<Site> sites_;
};

}  // namespace bucketprof::record
