// SPDX-License-Identifier: Apache-2.0
//
// How a table is told apart. An allocator draws an id when it is constructed: no memory, no lock. The handle, where
// the table's entries are counted, is made at the first need and found by id; it is never unmapped and carries its id,
// so that a stale pointer to a handle that now serves another table is noticed. Thread-safe where it says so.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "profiler/alloc/kind.h"

namespace bucketprof::alloc {

/// Upper 16 bits: index of the table's name (0: none given). Lower 48 bits: a number drawn once in the process.
using TableId = std::uint64_t;
inline constexpr unsigned kNameShift = 48;
[[nodiscard]] constexpr std::uint32_t name_index(TableId id) { return static_cast<std::uint32_t>(id >> kNameShift); }

/// A thread draws ids by ranges of so many.
inline constexpr std::uint64_t kIdsPerDraw = 1024;

namespace detail {
inline constinit std::atomic<std::uint64_t> next_ids{kIdsPerDraw};  // ranges begin at multiples
struct IdRange {
  std::uint64_t next = 0;
  std::uint64_t end = 0;
};
inline constinit thread_local IdRange id_range{};
}  // namespace detail

/// A new id with the given name. Thread-safe; threads share a cache line once in 1,024 draws.
[[nodiscard]] inline TableId draw_table_id(std::uint32_t name) noexcept {
  detail::IdRange& range = detail::id_range;
  if (range.next == range.end) [[unlikely]] {
    range.next = detail::next_ids.fetch_add(kIdsPerDraw, std::memory_order_relaxed);
    range.end = range.next + kIdsPerDraw;
  }
  return (TableId{name} << kNameShift) | range.next++;
}

/// Where a table's entries are counted. One thread writes at a time, as the table itself demands; any thread may read.
struct alignas(64) TableHandle {
  std::atomic<TableId> id{0};             // 0: free
  std::atomic<std::uint64_t> entries{0};  // now
  std::atomic<std::uint64_t> peak{0};     // most since the current bucket block became current
  std::atomic<std::uint32_t> buckets{0};  // live bucket blocks, recorded or not, of tables whose parts are inferred
  std::atomic<std::uint32_t> newest_block{0};  // the recorder's chain of recorded bucket blocks; 0: none
  TableHandle* next_free = nullptr;            // the recorder's, as the next
  bool superseded = false;                     // the current bucket block is a later one, not recorded

  void add_entry() noexcept { set_entries(entries.load(std::memory_order_relaxed) + 1); }
  void set_entries(std::uint64_t n) noexcept {
    entries.store(n, std::memory_order_relaxed);
    if (n > peak.load(std::memory_order_relaxed)) peak.store(n, std::memory_order_relaxed);
  }
  /// Entries left. Never below 0: a count that began late must not wrap.
  std::uint64_t remove_entry() noexcept {
    const std::uint64_t n = entries.load(std::memory_order_relaxed);
    const std::uint64_t left = n == 0 ? 0 : n - 1;
    entries.store(left, std::memory_order_relaxed);
    return left;
  }
};

/// What a block's table is, as its allocator knows it.
struct TableInfo {
  TableId id = 0;
  Kind kind = Kind::kUnknown;
  std::string_view type_name;  // in static storage, a library's perhaps; the table's name where none was given
};

/// The handle of a table, made if it is new. nullptr when the recorder is out of memory (counted). Thread-safe.
[[nodiscard]] TableHandle* find_or_make_handle(TableId id) noexcept;
/// The handle of a table, or nullptr. Thread-safe.
[[nodiscard]] TableHandle* find_handle(TableId id) noexcept;
/// The table has a new bucket block that was not recorded. Thread-safe.
void bucket_block_not_recorded(TableHandle* handle, TableId id) noexcept;
/// Gives the handle back if the table has no entries and no recorded bucket block. Thread-safe.
void retire_if_empty(TableHandle* handle, TableId id) noexcept;

/// A name for tables; make one with named().
struct TableName {
  std::uint32_t index = 0;
};

}  // namespace bucketprof::alloc

namespace bucketprof {

/// Names a table: `profiled::Map<int, int> users{bucketprof::named("users")}`. The text is copied; commas become `;`,
/// and bytes that are not UTF-8 become `?`. At most 65,535 names in a process; further ones are ignored (the table is
/// then named by its value type). Thread-safe; takes a lock: name once and keep the result where it matters.
[[nodiscard]] alloc::TableName named(std::string_view name) noexcept;

}  // namespace bucketprof
