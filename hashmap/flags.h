// SPDX-License-Identifier: Apache-2.0
//
// The state bits of a table, and the detection of misuse that Go's maps have: a writer marks the table for the length
// of its call, and whoever meets the mark ends the process with one line, because the table is then already being torn.
// Best effort and nearly free (relaxed byte loads and stores, no locked instruction on the way of a look-up or a
// write). Safe for concurrent readers; it does not make concurrent writes safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace bucketprof::hashmap {

class Flags {
 public:
  enum Bit : std::uint8_t {
    kIterator = 1,      // an iterator was started on the current array
    kOldIterator = 2,   // an iterator was started on the old array
    kWriting = 4,       // a write is under way
    kSameSizeGrow = 8,  // the growth under way keeps the size
  };

  [[nodiscard]] std::uint8_t get() const noexcept { return bits_.load(std::memory_order_relaxed); }
  [[nodiscard]] bool has(Bit bit) const noexcept { return (get() & bit) != 0; }

  /// For writers, who are alone.
  void set(std::uint8_t bits) noexcept { bits_.store(bits, std::memory_order_relaxed); }

  /// For readers that start an iterator, possibly at the same time as others.
  void iterator_started() noexcept {
    constexpr std::uint8_t both = kIterator | kOldIterator;
    if ((get() & both) != both) bits_.fetch_or(both, std::memory_order_relaxed);
  }

  void check_read(const char* complaint) const noexcept {
    if (has(kWriting)) [[unlikely]]
      fatal(complaint);
  }

  /// Marks the table as being written for a scope; the mark goes with an exception, too.
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
