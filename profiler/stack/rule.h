// SPDX-License-Identifier: Apache-2.0
//
// How to step over one frame: what the unwind tables say for one return address, in a form that a few instructions can
// follow. Nearly all are read from the tables (call_frame.h); the others libunwind finds (probe.h). See
// docs/recorder.md. A rule packs into a word.
#pragma once

#include <cstdint>

namespace bucketprof::stack {

/// Canonical frame address: the stack pointer after the frame has returned. Its return address stands 8 bytes below.
struct Rule {
  enum class Kind : std::uint8_t {
    kUnknown,  // not learned
    kStep,     // the fields below say how to go on
    kLast,     // the outermost frame: a thread's or a program's first
    kOpaque,   // a frame that these fields cannot express: a signal's, one without unwind tables, ...
  };
  enum class Cfa : std::uint8_t {
    kStackPointer,         // rsp + cfa_offset
    kFramePointer,         // rbp + cfa_offset
    kThroughFramePointer,  // *(rbp + cfa_offset): frames that realign the stack
  };
  /// Where the caller's rbp is.
  enum class Saved : std::uint8_t {
    kSame,            // still in rbp
    kAtCfa,           // at CFA + saved_offset
    kAtFramePointer,  // at rbp + saved_offset
  };

  Kind kind = Kind::kUnknown;
  Cfa cfa = Cfa::kStackPointer;
  Saved saved = Saved::kSame;
  std::int32_t cfa_offset = 0;    // bytes
  std::int32_t saved_offset = 0;  // bytes; kSavedBits

  static constexpr int kSavedBits = 26;  // saved_offset is in [-2^25, 2^25)

  [[nodiscard]] constexpr std::uint64_t pack() const noexcept {
    return static_cast<std::uint64_t>(kind) | static_cast<std::uint64_t>(cfa) << 2U |
           static_cast<std::uint64_t>(saved) << 4U |
           (static_cast<std::uint64_t>(saved_offset) & ((1U << kSavedBits) - 1)) << 6U |
           static_cast<std::uint64_t>(static_cast<std::uint32_t>(cfa_offset)) << 32U;
  }
  [[nodiscard]] static constexpr Rule unpack(std::uint64_t word) noexcept {
    const auto saved = static_cast<std::int32_t>(static_cast<std::uint32_t>(word));
    return {.kind = static_cast<Kind>(word & 3U),
            .cfa = static_cast<Cfa>(word >> 2U & 3U),
            .saved = static_cast<Saved>(word >> 4U & 3U),
            .cfa_offset = static_cast<std::int32_t>(word >> 32U),
            .saved_offset = saved >> 6};
  }
  friend bool operator==(const Rule&, const Rule&) = default;
};

/// Before the first learn(): it calls malloc, so once, where that is allowed. False: no memory, unusual frames cannot
/// be learned, and so no whole stack.
[[nodiscard]] bool prepare_learning() noexcept;

/// The rule of a frame with this return address, which holds for every stack. One caller at a time. Takes no lock of
/// the loader's, and libunwind's own only for unusual frames. Never calls malloc. kUnknown: it cannot be learned.
[[nodiscard]] Rule learn(std::uintptr_t return_address) noexcept;

}  // namespace bucketprof::stack
