// SPDX-License-Identifier: Apache-2.0
#include "profiler/stack/call_frame.h"

#include <cstdlib>
#include <limits>
#include <optional>

#include "profiler/stack/frame_program.h"
#include "profiler/stack/table_reader.h"

namespace bucketprof::stack {
namespace {

/// A record: its length, of 4 bytes, and that many bytes.
TableReader record_at(std::span<const std::byte> segment, Address address) noexcept {
  const Address offset = address - reinterpret_cast<Address>(segment.data());
  TableReader reader(segment.subspan(offset < segment.size() ? offset : segment.size()));
  const auto length = reader.number<std::uint32_t>();
  constexpr std::uint32_t kOtherForms = 0xfffffff0;
  return TableReader(reader.take(length < kOtherForms ? length : 0));
}

/// Whether descriptions of this augmentation tell their place by an offset of 4 bytes, and nothing unknown.
bool is_usual(std::span<const std::byte> letters, TableReader data) noexcept {
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
  TableReader record = record_at(segment, address);
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
  if (common.code_unit > Common::kLargestUnit || std::abs(common.data_unit) > Common::kLargestUnit) return std::nullopt;
  if (!record.ok() || !is_usual(letters.first(count), TableReader(augmentation))) return std::nullopt;
  return common;
}

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
  TableReader record = record_at(segment, description);
  const Address here = record.address();
  const std::uint64_t to_common = record.number<std::uint32_t>();
  if (to_common == 0) return {};
  const std::optional<Common> common = read_common(segment, here - to_common);
  if (!common) return {};
  const Address origin = record.address();
  const Address start = origin + static_cast<Address>(std::int64_t{record.number<std::int32_t>()});
  const auto size = record.number<std::int32_t>();
  record.take(record.unsigned_number());  // the augmentation: exception tables
  if (!record.ok() || size < 0 || pc - start >= static_cast<Address>(size)) return {};
  const std::optional<Row> row = row_at(*common, record.rest(), start, pc);
  return row ? rule_of(*row) : Rule{};
}

}  // namespace bucketprof::stack
