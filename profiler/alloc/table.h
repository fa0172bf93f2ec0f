// SPDX-License-Identifier: Apache-2.0
//
// The identity of a table. An allocator draws an id when it is constructed, without memory or a lock. The handle, where
// the table's entries are counted, is made when it is first needed and found by id. Handles are never unmapped and
// carry their table's id, so that a stale pointer to a handle that now serves another table is detected. Functions are
// thread-safe where stated.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "profiler/tables/kind.h"

#pragma GCC visibility push(default)
namespace bucketprof::alloc {

using tables::Kind;

/// Upper 16 bits: index of the table's name (0: no name). Lower 48 bits: a number unique in the process.
using TableId = std::uint64_t;
inline constexpr unsigned kNameShift = 48;
[[nodiscard]] constexpr std::uint32_t name_index(TableId id) { return static_cast<std::uint32_t>(id >> kNameShift); }

/// A thread draws ids in ranges of this size.
inline constexpr std::uint64_t kIdsPerDraw = 1024;

/// The first of kIdsPerDraw new ids; a multiple of that. Thread-safe.
[[nodiscard]] std::uint64_t draw_table_ids() noexcept;

namespace detail {
/// A multiple of kIdsPerDraw: the range is used up. Hidden, or g++ would make it unique in the process, which keeps a
/// library loaded for ever.
[[gnu::visibility("hidden")]] inline constinit thread_local std::uint64_t next_id = 0;
}  // namespace detail

/// A new id with the given name. Thread-safe; touches a shared cache line once in 1,024 draws.
[[nodiscard]] inline TableId draw_table_id(std::uint32_t name) noexcept {
  std::uint64_t& next = detail::next_id;
  if (next % kIdsPerDraw == 0) [[unlikely]]
    next = draw_table_ids();
  return (TableId{name} << kNameShift) | next++;
}

/// Counts a table's entries. One thread at a time may write, as the table itself requires; any thread may read.
struct alignas(64) TableHandle {
  std::atomic<TableId> id{0};             // 0: not in use
  std::atomic<std::uint64_t> entries{0};  // current count
  std::atomic<std::uint64_t> peak{0};     // maximum since the current bucket block became current
  std::atomic<std::uint32_t> buckets{0};  // live bucket blocks, recorded or not, of tables whose parts are inferred
  std::atomic<std::uint32_t> newest_block{0};  // the recorder's chain of recorded bucket blocks; 0: none
  std::atomic<std::uint64_t> array_slots{0};   // of the latest of `buckets`
  std::atomic<std::uint64_t> array_limit{0};   // most entries in it
  TableHandle* next_free = nullptr;            // for the recorder only, as the next member
  bool superseded = false;                     // the current bucket block is a later, unrecorded one
  std::atomic<float> load_factor{0};           // as an alias notes it; 0: none noted

  void add_entry() noexcept { set_entries(entries.load(std::memory_order_relaxed) + 1); }
  void set_entries(std::uint64_t n) noexcept {
    entries.store(n, std::memory_order_relaxed);
    if (n > peak.load(std::memory_order_relaxed)) peak.store(n, std::memory_order_relaxed);
  }
  /// Returns the entries left. Never wraps below 0, because counting may have begun after some entries were made.
  std::uint64_t remove_entry() noexcept {
    const std::uint64_t n = entries.load(std::memory_order_relaxed);
    const std::uint64_t left = n == 0 ? 0 : n - 1;
    entries.store(left, std::memory_order_relaxed);
    return left;
  }
};

namespace detail {
inline constexpr TableId kCopiedId = ~TableId{0};  // none that is drawn
/// The handle of tables that are copies and have no handle yet. Hidden as next_id.
[[gnu::visibility("hidden")]] inline constinit TableHandle copied{.id = kCopiedId};
}  // namespace detail

/// What an allocator knows about its table.
struct TableInfo {
  TableId id = 0;
  Kind kind = Kind::kUnknown;
  std::string_view type_name;  // in static storage, perhaps a library's; names a table without a name
};

/// Identifies the facts of a block, so that the recorder need not compare them: two allocations with the same id differ
/// at most in the block and in the table's id. The default identifies nothing.
class FactsId {
 public:
  constexpr FactsId() = default;
  /// `variable`: the address of one that exists for these facts alone, and that no compiler or linker merges with
  /// another.
  explicit constexpr FactsId(const char* variable) noexcept : variable_(variable) {}
  [[nodiscard]] explicit constexpr operator bool() const noexcept { return variable_ != nullptr; }
  friend constexpr bool operator==(FactsId, FactsId) = default;

 private:
  const char* variable_ = nullptr;
};

/// The handle of a table, made if there is none. nullptr if the recorder is out of memory (which is counted) or was
/// interrupted by the calling signal handler. Thread-safe.
[[nodiscard]] TableHandle* find_or_make_handle(TableId id) noexcept;
/// The handle of a table, or nullptr. Thread-safe.
[[nodiscard]] TableHandle* find_handle(TableId id) noexcept;
/// Call when a new bucket block of the table was not recorded: older ones are no longer current. Thread-safe.
void bucket_block_not_recorded(TableHandle* handle, TableId id) noexcept;
/// Frees the handle for reuse if the table has no entries and no bucket block. Thread-safe.
void retire_if_empty(TableHandle* handle, TableId id) noexcept;

/// A name for tables, made by named().
struct TableName {
  std::uint32_t index = 0;
};

}  // namespace bucketprof::alloc

namespace bucketprof {

/// Names a table: `profiled::Map<int, int> users{bucketprof::named("users")}`. The text is copied; commas become `;`,
/// and bytes that are not UTF-8 become `?`. At most 65,535 names per process; further ones are ignored (the table is
/// then named by its value type). Thread-safe. Takes a lock: where speed matters, keep the result.
[[nodiscard]] alloc::TableName named(std::string_view name) noexcept;

}  // namespace bucketprof
#pragma GCC visibility pop
