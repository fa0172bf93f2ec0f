// SPDX-License-Identifier: Apache-2.0
//
// Scopes: stretches of a thread's or of the whole process's life whose blocks are told apart, exactly, from all others.
// While one is open the sites of what is born in it carry its mark, so a block's birth stays known until it dies,
// wherever that is, and every count and slack of the recorder is the scope's own. Open scopes also know the bytes of
// their living blocks after each birth and death, and so their peak. Nobody else pays: with no scope open nothing here
// is called. Thread-safe: one lock guards all; it is the last that is taken.
//
// A mark has two halves. `thread` is the number of the innermost scope of the thread: scopes of a thread nest, and a
// block belongs to those that enclose its own, too. `era` tells the scopes of the process: it rises when one is opened,
// and a block belongs to each that was open then, which is each open one that is not younger than its era.
//
// Numbers are used again once no block of theirs lives, so that scopes opened in a loop share sites. The counts of such
// sites go on: who reads them subtracts what they were when the scope was opened. What is subtracted never changes,
// because all those blocks were dead.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "profiler/base/arena.h"
#include "profiler/base/lock.h"
#include "profiler/record/sites.h"

namespace bucketprof::record {

/// Whose blocks a scope is about.
enum class ScopeOf : std::uint8_t { kThread, kProcess };

/// Number of a scope; 0: none. It is the scope's from its opening to its closing.
using ScopeNumber = std::uint32_t;

class Scopes {
 public:
  explicit constexpr Scopes(Arena& arena) : arena_(&arena) {}

  /// Opens a scope of a thread inside `enclosing` (0: in none). 0 when there is no room.
  [[nodiscard]] ScopeNumber open_thread(ScopeNumber enclosing) noexcept;
  /// Opens a scope of the process: begins an era. 0 when there is no room.
  [[nodiscard]] ScopeNumber open_process() noexcept;
  /// Closes it; its number may then be another's. `reusable`: no thread has its mark any more.
  void close(ScopeNumber scope, bool reusable) noexcept;

  [[nodiscard]] ScopeOf of(ScopeNumber scope) noexcept;
  /// The scope itself if it is open, else the innermost open one around it; 0: none is.
  [[nodiscard]] ScopeNumber open_at(ScopeNumber scope) noexcept;
  /// Of blocks born now; 0 while no scope of the process is open.
  [[nodiscard]] std::uint32_t era() noexcept;
  [[nodiscard]] bool any_open() const noexcept { return open_.load(std::memory_order_relaxed) != 0; }

  /// A block with this mark was born or died. Told while any scope is open.
  enum class Event : std::uint8_t { kBorn, kDied };
  void count(const SiteMark& mark, std::int64_t bytes, Event event) noexcept;
  /// Whether blocks with this mark belong to an open scope.
  [[nodiscard]] bool holds(ScopeNumber scope, const SiteMark& mark) noexcept;
  /// The most bytes of blocks born in an open scope that lived at once, so far.
  [[nodiscard]] std::int64_t peak_of(ScopeNumber scope) noexcept;

  [[nodiscard]] Lock& lock() noexcept { return lock_; }

 private:
  struct Record {
    ScopeOf of = ScopeOf::kThread;
    bool open = false;
    bool reusable = false;        // once closed
    ScopeNumber around = 0;       // of a thread's: the enclosing one. Of the process's: the next open one
    std::uint32_t first_era = 0;  // of the process's
    std::uint64_t changed = 0;    // when it was opened or closed, or the last of its blocks died
    std::int64_t living = 0;      // blocks whose mark has this number
    std::int64_t bytes = 0;       // of the living blocks that belong to the scope
    std::int64_t peak = 0;        // most of them
    void add(std::int64_t more) noexcept {
      bytes += more;
      if (bytes > peak) peak = bytes;
    }
  };
  static constexpr std::uint32_t kChunk = 512;
  static constexpr std::uint32_t kChunks = 128;

  [[nodiscard]] Record& at(ScopeNumber scope) noexcept { return chunks_[(scope - 1) / kChunk][(scope - 1) % kChunk]; }
  [[nodiscard]] bool may_serve(const Record& record, ScopeOf of, ScopeNumber around) noexcept;
  [[nodiscard]] ScopeNumber take(ScopeOf of, ScopeNumber around) noexcept;
  [[nodiscard]] ScopeNumber make() noexcept;

  Arena* arena_;
  std::atomic<std::uint32_t> open_{0};
  Lock lock_;  // guards the rest
  std::array<Record*, kChunks> chunks_{};
  ScopeNumber made_ = 0;
  ScopeNumber newest_process_ = 0;  // chain of the process's open ones
  std::uint32_t eras_ = 0;          // ever begun
  std::uint64_t changes_ = 0;       // numbers those
};

}  // namespace bucketprof::record
