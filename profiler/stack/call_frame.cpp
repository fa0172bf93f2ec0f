// SPDX-License-Identifier: Apache-2.0
#include "profiler/stack/call_frame.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <optional>
#include <type_traits>

namespace bucketprof::stack {
namespace {

// Numbers of registers in descriptions (System V ABI, AMD64, figure 3.36).
constexpr std::uint64_t kFramePointer = 6;
constexpr std::uint64_t kStackPointer = 7;
constexpr std::uint64_t kReturnAddress = 16;

/// Takes bytes from the front. What is missing reads as 0, and makes it not ok.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) noexcept : rest_(bytes) {}

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] bool done() const noexcept { return rest_.empty(); }
  [[nodiscard]] Address address() const noexcept { return reinterpret_cast<Address>(rest_.data()); }
  [[nodiscard]] std::span<const std::byte> rest() const noexcept { return rest_; }

  std::span<const std::byte> take(std::uint64_t size) noexcept {
    if (size > rest_.size()) {
      ok_ = false;
      size = 0;
    }
    const auto taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }
  template <class Number>
  Number number() noexcept {
    static_assert(std::is_trivially_copyable_v<Number>);
    Number value{};
    if (const auto taken = take(sizeof(value)); !taken.empty()) std::memcpy(&value, taken.data(), sizeof(value));
    return value;
  }
  /// LEB128, of at most 35 bits: usual descriptions have no larger ones.
  std::uint64_t unsigned_number() noexcept { return groups().bits; }
  std::int64_t signed_number() noexcept {
    const auto [bits, width] = groups();
    const std::uint64_t sign = std::uint64_t{1} << (width - 1);
    return static_cast<std::int64_t>((bits ^ sign) - sign);
  }

 private:
  struct Groups {
    std::uint64_t bits = 0;
    unsigned width = 0;  // bits that were there
  };
  Groups groups() noexcept {
    constexpr unsigned kMostBits = 35;
    constexpr std::uint8_t kMore = 0x80;
    Groups read;
    for (std::uint8_t group = kMore; (group & kMore) != 0; read.width += 7) {
      if (read.width == kMostBits) {
        ok_ = false;
        break;
      }
      group = number<std::uint8_t>();
      read.bits |= std::uint64_t{group & 0x7fU} << read.width;
    }
    return read;
  }

  std::span<const std::byte> rest_;
  bool ok_ = true;
};

/// What many descriptions share, and the instructions that each of them begins with.
struct Common {
  std::uint64_t code_unit = 0;  // of advances
  std::int64_t data_unit = 0;   // of offsets
  std::span<const std::byte> instructions;
};

/// A record: its length, of 4 bytes, and that many bytes.
Reader record_at(std::span<const std::byte> segment, Address address) noexcept {
  const Address offset = address - reinterpret_cast<Address>(segment.data());
  Reader reader(segment.subspan(offset < segment.size() ? offset : segment.size()));
  return Reader(reader.take(reader.number<std::uint32_t>()));
}

/// Whether descriptions of this augmentation tell their place by an offset of 4 bytes, and nothing unknown.
bool is_usual(std::span<const std::byte> letters, Reader data) noexcept {
  constexpr std::uint8_t kOffset = 0x1b;  // from where it stands, signed
  bool offset = false;
  for (const std::byte letter : letters) {
    const auto encoding = data.number<std::uint8_t>();
    if (letter == std::byte{'R'}) {
      offset = encoding == kOffset;
    } else if (letter == std::byte{'P'}) {  // a personality routine: 4 or 8 bytes more
      constexpr std::uint8_t kAligned = 0x50;
      const unsigned form = encoding & 7U;  // the sign does not matter
      if (encoding == kAligned || (form != 0 && form != 3 && form != 4)) return false;
      data.take(form == 3 ? 4 : 8);
    } else if (letter != std::byte{'L'}) {  // 'S' is a signal's frame
      return false;
    }
  }
  return offset && data.ok();
}

std::optional<Common> read_common(std::span<const std::byte> segment, Address address) noexcept {
  constexpr std::size_t kMostLetters = 7;
  Reader record = record_at(segment, address);
  if (record.number<std::uint32_t>() != 0) return std::nullopt;
  const auto version = record.number<std::uint8_t>();
  if ((version != 1 && version != 3) || record.number<char>() != 'z') return std::nullopt;
  const auto letters = record.rest();
  std::size_t count = 0;
  while (record.number<char>() != '\0') {
    if (++count > kMostLetters) return std::nullopt;
  }
  Common common{.code_unit = record.unsigned_number(), .data_unit = record.signed_number(), .instructions = {}};
  if (record.unsigned_number() != kReturnAddress) return std::nullopt;  // version 1: a byte, which reads the same
  const auto augmentation = record.take(record.unsigned_number());
  common.instructions = record.rest();
  // 1 and -8; with these no product of what is read overflows.
  constexpr std::int64_t kLargestUnit = 256;
  if (common.code_unit > kLargestUnit || std::abs(common.data_unit) > kLargestUnit) return std::nullopt;
  if (!record.ok() || !is_usual(letters.first(count), Reader(augmentation))) return std::nullopt;
  return common;
}

/// What holds from one place of a function's code to the next. Offsets are from the CFA.
struct Row {
  std::uint64_t cfa_register = 0;
  std::int64_t cfa_offset = 0;
  std::optional<std::int64_t> frame_pointer;  // where it was saved; else it is the same
  std::optional<std::int64_t> return_address;

  [[nodiscard]] std::optional<std::int64_t>* saved(std::uint64_t number) noexcept {
    if (number == kFramePointer) return &frame_pointer;
    return number == kReturnAddress ? &return_address : nullptr;
  }
};

class Interpreter {
 public:
  Interpreter(const Common& common, Address location, Address pc) noexcept  // location: of the function
      : common_(common), location_(location), pc_(pc) {}

  /// The row at pc; nothing if an instruction before it is none of the usual.
  [[nodiscard]] std::optional<Row> run(Reader instructions) noexcept {
    Reader common(common_.instructions);
    while (!common.done()) {
      if (!step(common) || location_ > pc_) return std::nullopt;
    }
    first_ = row_;
    while (!instructions.done()) {
      if (!step(instructions)) return std::nullopt;
      if (location_ > pc_) break;  // what follows is of the row behind pc's
    }
    return row_;
  }

 private:
  enum Code : std::uint8_t {
    // The upper two bits; an operand in the others.
    kAdvance = 0x40,
    kOffset = 0x80,
    kRestore = 0xc0,
    // All of the byte.
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

  [[nodiscard]] bool step(Reader& in) noexcept {
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
  [[nodiscard]] bool other_step(std::uint8_t code, Reader& in) noexcept {
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
      case kSameValue: {
        auto* const saved = row_.saved(in.unsigned_number());
        if (saved != nullptr) saved->reset();
        return true;
      }
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
  [[nodiscard]] bool save(std::uint64_t number, std::uint64_t units) noexcept {
    if (units > std::numeric_limits<std::int32_t>::max()) return false;
    if (auto* const saved = row_.saved(number)) *saved = static_cast<std::int64_t>(units) * common_.data_unit;
    return true;
  }
  [[nodiscard]] bool restore(std::uint64_t number) noexcept {
    if (auto* const saved = row_.saved(number)) *saved = *first_.saved(number);
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

/// Where rules can express it.
Rule rule_of(const Row& row) noexcept {
  constexpr std::int64_t kSavedLimit = std::int64_t{1} << (Rule::kSavedBits - 1);
  constexpr std::int64_t kReturnOffset = -8;
  Rule rule{.kind = Rule::Kind::kStep};
  if (row.cfa_register == kFramePointer) {
    rule.cfa = Rule::Cfa::kFramePointer;
  } else if (row.cfa_register != kStackPointer) {
    return {};
  }
  if (row.return_address != kReturnOffset || row.cfa_offset > std::numeric_limits<std::int32_t>::max()) return {};
  rule.cfa_offset = static_cast<std::int32_t>(row.cfa_offset);
  if (row.frame_pointer.has_value()) {
    if (*row.frame_pointer < -kSavedLimit || *row.frame_pointer >= kSavedLimit) return {};
    rule.saved = Rule::Saved::kAtCfa;
    rule.saved_offset = static_cast<std::int32_t>(*row.frame_pointer);
  }
  return rule;
}

}  // namespace

Rule read_call_frame(std::span<const std::byte> segment, Address description, Address pc) noexcept {
  Reader record = record_at(segment, description);
  const Address here = record.address();
  const std::uint64_t to_common = record.number<std::uint32_t>();
  if (to_common == 0) return {};
  const std::optional<Common> common = read_common(segment, here - to_common);
  if (!common) return {};
  const Address origin = record.address();
  const Address start = origin + static_cast<Address>(std::int64_t{record.number<std::int32_t>()});
  const std::uint64_t size = record.number<std::uint32_t>();
  record.take(record.unsigned_number());  // the augmentation: exception tables
  if (!record.ok() || pc - start >= size) return {};
  const std::optional<Row> row = Interpreter(*common, start, pc).run(record);
  return row ? rule_of(*row) : Rule{};
}

}  // namespace bucketprof::stack
