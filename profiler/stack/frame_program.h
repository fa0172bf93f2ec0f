// SPDX-License-Identifier: Apache-2.0
//
// Interprets call frame instructions (DW_CFA_..., DWARF 5, 6.4.2), which describe how a frame changes along a
// function's code. It supports the 16 that compilers emit for nearly all code.
#pragma once

#include <cstdint>
#include <optional>

#include "profiler/stack/table_reader.h"

namespace bucketprof::stack {

/// DWARF register numbers (System V ABI, AMD64, figure 3.36).
inline constexpr std::uint64_t kFramePointerNumber = 6;
inline constexpr std::uint64_t kStackPointerNumber = 7;
inline constexpr std::uint64_t kReturnAddress = 16;

/// A common information entry (CIE): what several FDEs share, and the instructions that precede those of each FDE.
struct Common {
  static constexpr std::int64_t kLargestUnit = 256;  // compilers use 1 and -8; no product can overflow

  std::uint64_t code_unit = 0;  // code alignment factor, at most kLargestUnit
  std::int64_t data_unit = 0;   // data alignment factor, from -kLargestUnit to kLargestUnit
  std::span<const std::byte> instructions;
};

/// One row of the table that the instructions describe, valid for a range of code. The CFA is cfa_register +
/// cfa_offset. Registers are saved at offsets from the CFA.
struct Row {
  std::uint64_t cfa_register = 0;
  std::int64_t cfa_offset = 0;
  std::optional<std::int64_t> frame_pointer;  // where rbp is saved; none: it is unchanged
  std::optional<std::int64_t> return_address;
  friend bool operator==(const Row&, const Row&) = default;
};

/// The row at `pc` of a function that begins at `start`; nothing if an instruction that leads to it is unsupported or
/// truncated.
[[nodiscard]] std::optional<Row> row_at(const Common& common, std::span<const std::byte> instructions, Address start,
                                        Address pc) noexcept;

}  // namespace bucketprof::stack
