// SPDX-License-Identifier: Apache-2.0
//
// How to unwind one frame: the content of the unwind tables for one return address, in a form that a few instructions
// can apply. Nearly all rules are read from the tables (call_frame.h); the others are found with libunwind (probe.h).
// See docs/recorder.md. A rule packs into 64 bits.
#pragma once

#include <cstdint>

namespace bucketprof::stack {

/// CFA is the canonical frame address: the stack pointer after the frame has returned. The return address is 8 bytes
/// below.
struct Rule {
  enum class Kind : std::uint8_t {
    kUnknown,  // not learned
    kStep,     // step to the caller as the fields below describe
    kLast,     // the outermost frame of a thread or of the program
    kOpaque,   // a frame that these fields cannot express: a signal frame, one without unwind tables, ...
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
  std::int32_t saved_offset = 0;  // bytes; fits into kSavedBits

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
inline constexpr Rule kOpaqueRule{.kind = Rule::Kind::kOpaque};

/// Must be called before the first learn(). Calls malloc and waits for the loader's lock, so no lock may be held. False
/// if there is no memory or no libunwind: then unusual frames cannot be learned, and so no stack can be walked to its
/// end. Thread-safe.
[[nodiscard]] bool prepare_learning() noexcept;

/// The rule of a frame with this return address, valid for every stack; kUnknown if it cannot be learned. Not for use
/// from several threads at once. Never takes the loader's lock; takes libunwind's own only for unusual frames. Never
/// calls malloc.
[[nodiscard]] Rule learn(std::uintptr_t return_address) noexcept;

}  // namespace bucketprof::stack
