// SPDX-License-Identifier: Apache-2.0
//
// Verified replay: remembers the stacks that a thread has walked. A stack is found by the place of the call (return
// address and stack pointer) and is used only if every word that its walk read still has the same value: then walking
// again would give the same stack, so nothing is unwound. Words are compared in the order of the walk.
//
// Programs allocate in loops, so the stack that was found after the same few stacks the last time is tried first. It is
// predicted as soon as those are found, so that it is in the cache when the next call comes. If it is another one, the
// place is looked up, and its latest stack is tried. The first word that differs leads to the stack that was seen with
// that value, so a place can have any number of stacks.
//
// Only call stacks within the thread's own stack are kept. In sampled mode, or once half of the memory is used, a stack
// is kept only when it is seen for the second time. When the memory is full, or code was unloaded, all stacks are
// forgotten. Used by one thread, while it is inside the recorder.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "profiler/base/arena.h"
#include "profiler/base/dcheck.h"
#include "profiler/stack/unload.h"
#include "profiler/stack/walk.h"

namespace bucketprof::stack {

class Replay {
 public:
  /// What is kept with a remembered stack. `note` is set by the recorder.
  struct Remembered {
    std::uint32_t stack = 0;
    bool truncated = false;
    void* note = nullptr;
  };

  /// The remembered stack of this call, or nullptr. Valid until the next call of a member function.
  [[nodiscard]] BUCKETPROF_READS_STACK_HOT Remembered* find(const Anchor& anchor) noexcept {
    Segment* const predicted = predicted_;
    __builtin_prefetch(predicted->found.note);
    if (code_state.load(std::memory_order_acquire) == state_ && predicted->is_at(anchor) &&
        all_hold(*predicted, anchor)) [[likely]]
      return found(*predicted);
    return find_unpredicted(anchor);
  }

  /// Remembers `trace`, which was walked after find() failed for the same call, under the id `stack`, or leaves it out.
  void remember(const Anchor& anchor, const Trace& trace, std::uint32_t stack, Arena& arena) noexcept;
  /// Whether only the stacks of samples are looked up, most of which never recur.
  void expect_few(bool few) noexcept { expects_few_ = few; }
  /// Forgets all stacks, because the thread runs on another stack or the memory is full. Keeps the memory.
  void forget() noexcept;
  /// Returns the memory to `arena`. False if there is none.
  bool release(Arena& arena) noexcept;

  /// How often the memory was full and all stacks were forgotten.
  [[nodiscard]] std::uint64_t flushes() const noexcept { return flushes_.load(std::memory_order_relaxed); }
  /// How many stacks were found that had not been predicted.
  [[nodiscard]] std::uint64_t unpredicted() const noexcept { return unpredicted_.load(std::memory_order_relaxed); }

 private:
  /// Words that a walk read: their values, and where they are relative to the stack pointer.
  struct Words {
    static constexpr std::uint32_t kCount = 4;
    std::array<std::uint64_t, kCount> values;
    std::array<std::int32_t, kCount> offsets;
  };
  /// One stack: the words of its walk, which follow it. The first `shared` ones equal those of `parent`, and the next
  /// one differs. Offset 0 in the pool means none; there is a Segment that is never found.
  struct Segment {
    Remembered found;
    std::uint32_t words;  // a multiple of Words::kCount; the last word is repeated to fill it up
    std::uint32_t shared;
    std::uintptr_t return_address;
    std::uintptr_t stack_pointer;
    std::uint32_t parent;                     // offset in the pool
    std::array<std::uint32_t, 8> successors;  // offsets in the pool: what was found after it, by what was found before
    [[nodiscard]] bool is_at(const Anchor& anchor) const noexcept {
      return return_address == anchor.return_address && stack_pointer == anchor.stack_pointer;
    }
    [[nodiscard]] Words* groups() noexcept { return reinterpret_cast<Words*>(this + 1); }
    [[nodiscard]] std::uint64_t& value(std::uint32_t word) noexcept {
      return groups()[word / Words::kCount].values[word % Words::kCount];
    }
    [[nodiscard]] std::int32_t& offset(std::uint32_t word) noexcept {
      return groups()[word / Words::kCount].offsets[word % Words::kCount];
    }
  };
  static_assert(sizeof(Segment) % alignof(Words) == 0 && sizeof(Words) % alignof(Segment) == 0);
  /// An entry of the hash table that finds segments. Its key is either the return address and stack pointer of a call,
  /// or a branch (a segment, and the word at which other stacks differ from it) and the value of that word there.
  struct Place {
    std::uint64_t from;
    std::uint64_t value;
    std::uint32_t segment;  // offset in the pool; 0: empty. For a call, its latest stack
  };

  [[nodiscard]] BUCKETPROF_READS_STACK_HOT static std::uint64_t word_at(const Anchor& anchor,
                                                                        std::int32_t offset) noexcept {
    return *reinterpret_cast<const std::uint64_t*>(anchor.stack_pointer +
                                                   static_cast<std::uintptr_t>(static_cast<std::intptr_t>(offset)));
  }
  /// Not 0 if one of these words has another value.
  [[nodiscard]] BUCKETPROF_READS_STACK_HOT static std::uint64_t differing(const Words& words,
                                                                          const Anchor& anchor) noexcept {
    const std::uint64_t a = word_at(anchor, words.offsets[0]) ^ words.values[0];
    const std::uint64_t b = word_at(anchor, words.offsets[1]) ^ words.values[1];
    const std::uint64_t c = word_at(anchor, words.offsets[2]) ^ words.values[2];
    const std::uint64_t d = word_at(anchor, words.offsets[3]) ^ words.values[3];
    return a | b | c | d;
  }
  [[nodiscard]] BUCKETPROF_READS_STACK_HOT static bool all_hold(Segment& segment, const Anchor& anchor) noexcept {
    const Words* words = segment.groups();
    for (const Words* const end = words + segment.words / Words::kCount; words != end; ++words) {
      if (differing(*words, anchor) != 0) return false;
    }
    return true;
  }
  /// The key of a branch. Its top bit distinguishes it from a code address.
  [[nodiscard]] static std::uint64_t branch(std::uint32_t segment, std::uint32_t word) noexcept {
    return std::uint64_t{1} << 63U | std::uint64_t{segment} << 16U | word;
  }
  [[nodiscard]] static std::uint64_t home_of(std::uint64_t from, std::uint64_t value) noexcept {
    return ((from * 0x9e3779b97f4a7c15U) ^ value) * 0xd6e8feb86659fd93U >> 32U;
  }
  [[nodiscard]] Segment* segment_at(std::uint32_t offset) noexcept {
    BUCKETPROF_DCHECK(offset != 0 && offset < pool_used_);
    return reinterpret_cast<Segment*>(pool_ + offset);
  }
  [[nodiscard]] std::uint32_t offset_of(const Segment& segment) const noexcept {
    return static_cast<std::uint32_t>(reinterpret_cast<const std::byte*>(&segment) - pool_);
  }
  /// Predicts the next stack. Those before this one select one of its successors: str(i) in Python takes the same two
  /// blocks twice in a loop, each time before others.
  Remembered* found(Segment& segment) noexcept {
    successor_ = &segment.successors[history_ * 0x9e3779b1U >> 29U];
    history_ = history_ << 11U ^ segment.found.stack;
    predicted_ = reinterpret_cast<Segment*>(pool_ + *successor_);
    for (std::size_t line = 0; line < 4; ++line)
      __builtin_prefetch(reinterpret_cast<std::byte*>(predicted_) + line * 64);
    return &segment.found;
  }
  [[nodiscard]] Place* look_up(std::uint64_t from, std::uint64_t value) const noexcept {
    if (places_ == nullptr) [[unlikely]]
      return nullptr;
    for (std::uint64_t i = home_of(from, value);; ++i) {
      Place& place = places_[i & mask_];
      if (place.from == from && place.value == value) [[likely]]
        return &place;
      if (place.segment == 0) return nullptr;
    }
  }

  [[nodiscard]] Remembered* find_unpredicted(const Anchor& anchor) noexcept;
  [[nodiscard]] BUCKETPROF_READS_STACK Segment* find_at(const Place& place, const Anchor& anchor) noexcept;
  void renew() noexcept;
  void begin_pool() noexcept;
  [[nodiscard]] bool comes_back(const Anchor& anchor, std::uint32_t stack) noexcept;
  [[nodiscard]] bool has_room(std::size_t bytes) const noexcept;
  [[nodiscard]] bool grow(Arena& arena) noexcept;

  static Segment none;  // is at no anchor

  std::uint64_t state_ = 0;  // code_state for which the kept stacks are valid; never one with an unload under way
  Place* places_ = nullptr;  // open addressing, at most half full
  std::uint64_t mask_ = 0;   // number of places - 1; 0: no memory yet
  std::uint64_t places_used_ = 0;
  std::byte* pool_ = nullptr;
  std::size_t pool_used_ = 0;
  std::size_t pool_bytes_ = 0;
  Segment* predicted_ = &none;          // of the next call
  std::uint32_t* successor_ = nullptr;  // where that is kept, in the last segment found; nullptr: none was found yet
  std::uint32_t history_ = 0;           // of the last three stacks found
  std::atomic<std::uint64_t> flushes_{0};
  std::atomic<std::uint64_t> unpredicted_{0};
  Segment* missed_ = nullptr;  // where the last find() failed; nullptr: the place has no stack
  std::uint32_t missed_word_ = 0;
  std::array<std::uint16_t, 1024> seen_{};  // tags of stacks seen once
  std::uint32_t random_ = 1;
  bool expects_few_ = false;
};

}  // namespace bucketprof::stack
