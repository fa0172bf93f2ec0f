// SPDX-License-Identifier: Apache-2.0
//
// Scopes: periods of a thread's or of the whole process's life whose allocations are counted separately, and exactly.
// While a scope is open, the sites of blocks allocated in it carry its id. So a block stays attributed to its scope
// until it is freed, wherever that happens, and the recorder's counts and slack exist for each scope. Open scopes also
// track the bytes of their live blocks at each allocation and free, and so their peak. With no scope open nothing here
// is called and there is no cost. Thread-safe: one lock guards everything; only an arena's lock is taken under it.
//
// A scope id (ScopeId) has two parts. `thread` is the number of the thread's innermost scope; scopes of a thread nest,
// and a block also belongs to the scopes that enclose its own. `era` stands for the process scopes: it is incremented
// when one is opened, and a block belongs to each open process scope whose first era is not above the block's.
//
// A number is reused once none of its blocks is live, so that scopes opened in a loop share sites. The counts of such
// sites continue: a reader must subtract the values they had when the scope was opened. Those values are final, because
// all blocks counted in them had been freed by then.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "profiler/base/arena.h"
#include "profiler/base/dcheck.h"
#include "profiler/base/lock.h"
#include "profiler/record/sites.h"

namespace bucketprof::record {

/// Whose allocations a scope counts.
enum class ScopeOf : std::uint8_t { kThread, kProcess };

/// The number of a scope, valid from its opening to its closing; 0: none.
using ScopeNumber = std::uint32_t;

class Scopes {
 public:
  explicit constexpr Scopes(Arena& arena) : arena_(&arena) {}

  /// Opens a thread scope inside the scope `enclosing` (0: in none). Returns 0 if there is no room.
  [[nodiscard]] ScopeNumber open_thread(ScopeNumber enclosing) noexcept;
  /// Opens a process scope, which begins an era. Returns 0 if there is no room.
  [[nodiscard]] ScopeNumber open_process() noexcept;
  /// Closes a scope. `reusable`: no thread uses its number any more, so its number may be reused.
  void close(ScopeNumber scope, bool reusable) noexcept;

  [[nodiscard]] ScopeOf of(ScopeNumber scope) noexcept;
  /// The scope itself if it is open, else the innermost open scope around it; 0 if there is none.
  [[nodiscard]] ScopeNumber open_at(ScopeNumber scope) noexcept;
  /// The era of blocks allocated now; 0 while no process scope is open.
  [[nodiscard]] std::uint32_t era() noexcept;
  [[nodiscard]] bool any_open() const noexcept { return open_.load(std::memory_order_relaxed) != 0; }

  enum class Event : std::uint8_t { kAllocation, kFree };
  /// Counts the allocation or free of a block with this id. Called only while a scope is open.
  void count(const ScopeId& id, std::int64_t bytes, Event event) noexcept;
  /// Whether blocks with this id belong to `scope`, which is open.
  [[nodiscard]] bool holds(ScopeNumber scope, const ScopeId& id) noexcept;
  /// The highest number of live bytes allocated in an open scope, so far.
  [[nodiscard]] std::int64_t peak_of(ScopeNumber scope) noexcept;

  [[nodiscard]] Lock& lock() noexcept { return lock_; }

 private:
  struct Record {
    ScopeOf of = ScopeOf::kThread;
    bool open = false;
    bool reusable = false;        // whether the number may be reused once the scope is closed
    ScopeNumber around = 0;       // thread scope: the enclosing scope. Process scope: the next open one in the list
    std::uint32_t first_era = 0;  // process scope: the era that it began
    std::uint64_t changed = 0;    // changes_ when it was opened or closed or, once closed, last counted a block
    std::int64_t living = 0;      // live blocks whose scope id has this number
    std::int64_t bytes = 0;       // of live blocks that belong to the scope
    std::int64_t peak = 0;        // highest value of `bytes`
    void add(std::int64_t more) noexcept {
      bytes += more;
      if (bytes > peak) peak = bytes;
    }
  };
  static constexpr std::uint32_t kChunk = 512;
  static constexpr std::uint32_t kChunks = 128;

  [[nodiscard]] Record& at(ScopeNumber scope) noexcept {
    BUCKETPROF_DCHECK(lock_.is_held());
    BUCKETPROF_DCHECK(scope >= 1 && scope <= made_);
    return chunks_[(scope - 1) / kChunk][(scope - 1) % kChunk];
  }
  [[nodiscard]] bool may_serve(const Record& record, ScopeOf of, ScopeNumber around) noexcept;
  [[nodiscard]] ScopeNumber take(ScopeOf of, ScopeNumber around) noexcept;
  [[nodiscard]] ScopeNumber make() noexcept;

  Arena* arena_;
  std::atomic<std::uint32_t> open_{0};
  Lock lock_;  // guards the rest
  std::array<Record*, kChunks> chunks_{};
  ScopeNumber made_ = 0;
  ScopeNumber newest_process_ = 0;  // head of the list of open process scopes
  std::uint32_t eras_ = 0;          // eras begun so far
  std::uint64_t changes_ = 0;       // logical clock for Record::changed
};

}  // namespace bucketprof::record
