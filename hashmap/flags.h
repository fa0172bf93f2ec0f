// SPDX-License-Identifier: Apache-2.0
//
// The state bits of a table, and the detection of misuse that Go's maps have: a writer sets kWriting for the length of
// its call, and any call that finds it set aborts the process with one line on stderr, because the table may already be
// corrupt. This is best effort and nearly free: look-ups and writes do relaxed byte loads and stores, no locked
// instruction. Safe for concurrent readers; it does not make concurrent writes safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace bucketprof::hashmap {

class Flags {
 public:
  enum Bit : std::uint8_t {
    kIterator = 1,      // an iterator may be reading the current array
    kOldIterator = 2,   // an iterator may be reading the old array
    kWriting = 4,       // a write is under way
    kSameSizeGrow = 8,  // the growth under way keeps the size
  };

  [[nodiscard]] std::uint8_t get() const noexcept { return bits_.load(std::memory_order_relaxed); }
  [[nodiscard]] bool has(Bit bit) const noexcept { return (get() & bit) != 0; }

  /// For writers, which have exclusive access.
  void set(std::uint8_t bits) noexcept { bits_.store(bits, std::memory_order_relaxed); }

  /// For readers that start an iterator, possibly concurrently with other readers.
  void iterator_started() noexcept {
    constexpr std::uint8_t both = kIterator | kOldIterator;
    if ((get() & both) != both) bits_.fetch_or(both, std::memory_order_relaxed);
  }

  void check_read(const char* complaint) const noexcept {
    if (has(kWriting)) [[unlikely]]
      fatal(complaint);
  }

  /// Sets kWriting for a scope, including when the scope is left by an exception.
  class Writing {
   public:
    explicit Writing(Flags& flags) noexcept : flags_(flags) {
      if (flags.has(kWriting)) [[unlikely]]
        fatal("concurrent map writes");
      flags.set(flags.get() | kWriting);
    }
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;
    ~Writing() { flags_.set(flags_.get() & static_cast<std::uint8_t>(~kWriting)); }

   private:
    Flags& flags_;
  };

 private:
  [[noreturn, gnu::noinline, gnu::cold]] static void fatal(const char* complaint) noexcept {
    std::fprintf(stderr, "fatal error: %s\n", complaint);
    std::abort();
  }

  std::atomic<std::uint8_t> bits_{0};
};

}  // namespace bucketprof::hashmap
