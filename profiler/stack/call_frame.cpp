// SPDX-License-Identifier: Apache-2.0
#include "profiler/stack/call_frame.h"

#include <cstdlib>
#include <limits>
#include <optional>

#include "profiler/stack/frame_program.h"
#include "profiler/stack/table_reader.h"

namespace bucketprof::stack {
namespace {

/// The body of the CIE or FDE at `address`, which begins with a length of 4 bytes. Empty for the 64-bit form, or if the
/// record does not lie within `segment`.
TableReader record_at(std::span<const std::byte> segment, Address address) noexcept {
  const Address offset = address - reinterpret_cast<Address>(segment.data());
  TableReader reader(segment.subspan(offset < segment.size() ? offset : segment.size()));
  const auto length = reader.number<std::uint32_t>();
  constexpr std::uint32_t kOtherForms = 0xfffffff0;
  return TableReader(reader.take(length < kOtherForms ? length : 0));
}

/// Whether FDEs with this augmentation give their start address as a signed pc-relative offset of 4 bytes, and the
/// augmentation has no unknown parts.
bool is_usual(std::span<const std::byte> letters, TableReader data) noexcept {
  constexpr std::uint8_t kOffset = 0x1b;  // DW_EH_PE_pcrel | DW_EH_PE_sdata4
  bool offset = false;
  for (const std::byte letter : letters) {
    const auto encoding = data.number<std::uint8_t>();
    if (letter == std::byte{'R'}) {
      offset = encoding == kOffset;
    } else if (letter == std::byte{'P'}) {  // the personality routine's address, 4 or 8 bytes
      constexpr std::uint8_t kAligned = 0x50;
      const unsigned form = encoding & 7U;  // signed and unsigned forms have the same size
      if (encoding == kAligned || (form != 0 && form != 3 && form != 4)) return false;
      data.take(form == 3 ? 4 : 8);
    } else if (letter != std::byte{'L'}) {  // such as 'S', a signal frame
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
  if (record.unsigned_number() != kReturnAddress) return std::nullopt;  // in version 1 one byte, which reads the same
  const auto augmentation = record.take(record.unsigned_number());
  common.instructions = record.rest();
  if (common.code_unit > Common::kLargestUnit || std::abs(common.data_unit) > Common::kLargestUnit) return std::nullopt;
  if (!record.ok() || !is_usual(letters.first(count), TableReader(augmentation))) return std::nullopt;
  return common;
}

/// The rule that expresses `row`; kUnknown if there is none.
Rule rule_of(const Row& row) noexcept {
  constexpr std::int64_t kSavedLimit = std::int64_t{1} << (Rule::kSavedBits - 1);
  constexpr std::int64_t kReturnOffset = -8;
  Rule rule{.kind = Rule::Kind::kStep};
  if (row.cfa_register == kFramePointerNumber) {
    rule.cfa = Rule::Cfa::kFramePointer;
  } else if (row.cfa_register != kStackPointerNumber) {
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
  record.take(record.unsigned_number());  // augmentation data, for exceptions
  if (!record.ok() || size < 0 || pc - start >= static_cast<Address>(size)) return {};
  const std::optional<Row> row = row_at(*common, record.rest(), start, pc);
  return row ? rule_of(*row) : Rule{};
}

}  // namespace bucketprof::stack
