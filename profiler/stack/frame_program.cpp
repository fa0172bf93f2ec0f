// SPDX-License-Identifier: Apache-2.0
#include "profiler/stack/frame_program.h"

#include <array>
#include <limits>

namespace bucketprof::stack {
namespace {

class FrameProgram {
 public:
  FrameProgram(const Common& common, Address location, Address pc) noexcept
      : common_(common), location_(location), pc_(pc) {}

  /// The row at pc; nothing if an instruction that leads to it is unsupported or truncated.
  [[nodiscard]] std::optional<Row> run(TableReader instructions) noexcept {
    TableReader common(common_.instructions);
    while (!common.done()) {
      if (!step(common) || location_ > pc_) return std::nullopt;
    }
    first_ = row_;
    while (!instructions.done()) {
      if (!step(instructions)) return std::nullopt;
      if (location_ > pc_) break;  // the following instructions belong to later rows
    }
    return row_;
  }

 private:
  enum Code : std::uint8_t {
    // These are in the upper two bits; the lower six hold an operand.
    kAdvance = 0x40,
    kOffset = 0x80,
    kRestore = 0xc0,
    // These take the whole byte.
    kNop = 0x00,
    kAdvance1 = 0x02,
    kAdvance2 = 0x03,
    kAdvance4 = 0x04,
    kOffsetExtended = 0x05,
    kRestoreExtended = 0x06,
    kSameValue = 0x08,
    kRememberState = 0x0a,
    kRestoreState = 0x0b,
    kDefineCfa = 0x0c,
    kDefineCfaRegister = 0x0d,
    kDefineCfaOffset = 0x0e,
    kArgumentsSize = 0x2e,  // GNU
  };

  /// Where `row` holds the offset of a register; nullptr for registers that rules do not use.
  [[nodiscard]] static std::optional<std::int64_t>* saved(Row& row, std::uint64_t number) noexcept {
    if (number == kFramePointerNumber) return &row.frame_pointer;
    return number == kReturnAddress ? &row.return_address : nullptr;
  }

  [[nodiscard]] bool step(TableReader& in) noexcept {
    constexpr std::uint8_t kUpper = 0xc0;
    const auto byte = in.number<std::uint8_t>();
    const std::uint64_t operand = byte & ~kUpper;
    switch (byte & kUpper) {
      case kAdvance:
        return advance(operand);
      case kOffset:
        return save(operand, in.unsigned_number()) && in.ok();
      case kRestore:
        return restore(operand);
      default:
        return other_step(byte, in) && in.ok();
    }
  }
  [[nodiscard]] bool other_step(std::uint8_t code, TableReader& in) noexcept {
    switch (code) {
      case kNop:
        return true;
      case kAdvance1:
        return advance(in.number<std::uint8_t>());
      case kAdvance2:
        return advance(in.number<std::uint16_t>());
      case kAdvance4:
        return advance(in.number<std::uint32_t>());
      case kOffsetExtended: {
        const std::uint64_t number = in.unsigned_number();
        return save(number, in.unsigned_number());
      }
      case kRestoreExtended:
        return restore(in.unsigned_number());
      case kSameValue:
        return same_value(in.unsigned_number());
      case kRememberState:
        if (remembered_ == states_.size()) return false;
        states_[remembered_++] = row_;
        return true;
      case kRestoreState:
        if (remembered_ == 0) return false;
        row_ = states_[--remembered_];
        return true;
      case kDefineCfa:
        row_.cfa_register = in.unsigned_number();
        return define_offset(in.unsigned_number());
      case kDefineCfaRegister:
        row_.cfa_register = in.unsigned_number();
        return true;
      case kDefineCfaOffset:
        return define_offset(in.unsigned_number());
      case kArgumentsSize:
        in.unsigned_number();
        return true;
      default:
        return false;
    }
  }

  [[nodiscard]] bool advance(std::uint64_t units) noexcept {
    location_ += units * common_.code_unit;
    return true;
  }
  // Rules take the CFA as the caller's rsp, so frames that save rsp are not supported.
  [[nodiscard]] bool save(std::uint64_t number, std::uint64_t units) noexcept {
    if (number == kStackPointerNumber || units > std::numeric_limits<std::int32_t>::max()) return false;
    if (auto* const place = saved(row_, number)) *place = static_cast<std::int64_t>(units) * common_.data_unit;
    return true;
  }
  [[nodiscard]] bool same_value(std::uint64_t number) noexcept {
    if (number == kStackPointerNumber) return false;
    if (auto* const place = saved(row_, number)) place->reset();
    return true;
  }
  [[nodiscard]] bool restore(std::uint64_t number) noexcept {
    if (auto* const place = saved(row_, number)) *place = *saved(first_, number);
    return true;
  }
  [[nodiscard]] bool define_offset(std::uint64_t offset) noexcept {
    row_.cfa_offset = static_cast<std::int64_t>(offset);
    return true;
  }

  const Common& common_;
  Address location_;
  Address pc_;
  Row row_;
  Row first_;
  std::array<Row, 8> states_{};
  std::size_t remembered_ = 0;
};

}  // namespace

std::optional<Row> row_at(const Common& common, std::span<const std::byte> instructions, Address start,
                          Address pc) noexcept {
  return FrameProgram(common, start, pc).run(TableReader(instructions));
}

}  // namespace bucketprof::stack
