// SPDX-License-Identifier: Apache-2.0
//
// The instructions of a frame's description (DWARF 5, 6.4.2): they tell place by place how a function's frame grows.
// Known are the 16 that compilers write for nearly all code. Thread-compatible.
#pragma once

#include <cstdint>
#include <optional>

#include "profiler/stack/table_reader.h"

namespace bucketprof::stack {

/// Numbers of registers in descriptions (System V ABI, AMD64, figure 3.36).
inline constexpr std::uint64_t kFramePointer = 6;
inline constexpr std::uint64_t kStackPointer = 7;
inline constexpr std::uint64_t kReturnAddress = 16;

/// What many descriptions share, and the instructions that each of them begins with.
struct Common {
  static constexpr std::int64_t kLargestUnit = 256;  // compilers use 1 and -8; no product overflows

  std::uint64_t code_unit = 0;  // of advances; to kLargestUnit
  std::int64_t data_unit = 0;   // of offsets; the same, or its negative
  std::span<const std::byte> instructions;
};

/// What holds from one place of a function's code to the next. Offsets are from the CFA.
struct Row {
  std::uint64_t cfa_register = 0;
  std::int64_t cfa_offset = 0;
  std::optional<std::int64_t> frame_pointer;  // where it was saved; else it is the same
  std::optional<std::int64_t> return_address;
  friend bool operator==(const Row&, const Row&) = default;
};

/// The row at `pc` of a function that begins at `start`; nothing if an instruction before it is none of the usual, or
/// cut off.
[[nodiscard]] std::optional<Row> row_at(const Common& common, std::span<const std::byte> instructions, Address start,
                                        Address pc) noexcept;

}  // namespace bucketprof::stack
