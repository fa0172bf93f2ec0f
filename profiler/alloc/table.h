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
#include "profiler/tables/life.h"

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
  std::atomic<std::uint32_t> start{0};  // the recorder's number of the stack that allocated the first array; 0: unknown
  std::atomic<std::uint32_t> filled{0};  // most entries since it was last empty; 0: as `peak`, it never was
  bool superseded = false;               // for the recorder only: the current bucket block is a later, unrecorded one
  std::atomic<tables::Life> life{0};
  std::atomic<float> load_factor{0};  // as an alias notes it; 0: none noted

  void add_entry() noexcept {
    const std::uint64_t n = entries.load(std::memory_order_relaxed) + 1;
    entries.store(n, std::memory_order_relaxed);
    if (n > peak.load(std::memory_order_relaxed)) {
      peak.store(n, std::memory_order_relaxed);
    } else {
      note_return(n);
    }
  }
  void set_entries(std::uint64_t n) noexcept {
    const std::uint64_t before = entries.load(std::memory_order_relaxed);
    entries.store(n, std::memory_order_relaxed);
    if (n > peak.load(std::memory_order_relaxed)) {
      peak.store(n, std::memory_order_relaxed);
    } else if (n > before) {
      note_return(n);
    }
  }
  /// Returns the entries left. Never wraps below 0, because counting may have begun after some entries were made.
  std::uint64_t remove_entry() noexcept {
    const std::uint64_t n = entries.load(std::memory_order_relaxed);
    const std::uint64_t left = n == 0 ? 0 : n - 1;
    entries.store(left, std::memory_order_relaxed);
    return left;
  }

  void add_life(tables::Life more) noexcept {
    life.store(life.load(std::memory_order_relaxed) | more, std::memory_order_relaxed);
  }
  /// The table's first array is allocated now.
  void begin_life(tables::Life how) noexcept {
    life.store(how, std::memory_order_relaxed);
    start.store(0, std::memory_order_relaxed);
    filled.store(0, std::memory_order_relaxed);
  }
  /// The entries are in a new array now. One too many was counted, as each was added before it was removed.
  void end_move() noexcept {
    const std::uint64_t n = entries.load(std::memory_order_relaxed);
    if (peak.load(std::memory_order_relaxed) == n + 1) peak.store(n, std::memory_order_relaxed);
  }
  /// Notes whether entries went before this one came, which is the n-th. Tables move entries to a new array by adding
  /// each before they remove it, so nothing is noted while there are two.
  void note_return(std::uint64_t n) noexcept {
    if (buckets.load(std::memory_order_relaxed) > 1) return;
    const std::uint32_t most = filled.load(std::memory_order_relaxed);
    if (n == 1) {
      filled.store(1, std::memory_order_relaxed);
      add_life(tables::kRefilled);
    } else if (most == 0 || n <= most) {
      add_life(tables::kChurned);
    } else {
      filled.store(n > ~std::uint32_t{0} ? ~std::uint32_t{0} : static_cast<std::uint32_t>(n),
                   std::memory_order_relaxed);
    }
  }
};
static_assert(sizeof(TableHandle) == 64);

namespace detail {
inline constexpr TableId kCopiedId = ~TableId{0};  // none that is drawn
/// The handle of tables that are copies and have no handle yet. Hidden as next_id.
[[gnu::visibility("hidden")]] inline constinit TableHandle copied{.id = kCopiedId};
/// The latest table of this thread that began as a copy, and where its source did (TableHandle::start). Small, because
/// each library has one in memory of which little is left for those that are loaded late.
struct CopySource {
  std::uint32_t copy = 0;  // lower bits of the id
  std::uint32_t start = 0;
};
[[gnu::visibility("hidden")]] inline constinit thread_local CopySource copy_source{};
}  // namespace detail

/// What an allocator knows about its table.
struct TableInfo {
  TableId id = 0;
  Kind kind = Kind::kUnknown;
  tables::Life life = 0;   // of a bucket array, for tables that pass facts
  std::uint16_t zero = 0;  // no hole, so that the compiler stores all of this at once
  /// For a bucket array that replaces another one, TableHandle::start. For a copy's first one, that of the source.
  std::uint32_t start = 0;
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
