// SPDX-License-Identifier: Apache-2.0
#include "profiler/symbolize/split_ranges.h"

#include <dwarf.h>
#include <gelf.h>
#include <libelf.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace bucketprof::symbolize {
namespace {

using Bytes = std::span<const std::byte>;

/// Reads little-endian numbers; after the end all are 0 and good() is false.
class Cursor {
 public:
  explicit Cursor(Bytes bytes) : bytes_(bytes) {}
  [[nodiscard]] bool good() const { return good_; }
  std::uint64_t fixed(std::size_t size) {
    std::uint64_t value = 0;
    good_ = good_ && size <= bytes_.size();
    if (!good_) return 0;
    std::memcpy(&value, bytes_.data(), size);
    bytes_ = bytes_.subspan(size);
    return value;
  }
  std::uint64_t uleb() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; good_; shift += 7) {
      const std::uint64_t byte = fixed(1);
      if (shift < 64) value |= (byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) break;
    }
    return value;
  }

 private:
  Bytes bytes_;
  bool good_ = true;
};

/// A section of the file that the unit's skeleton is in; libdw has decompressed it.
Bytes section(Dwarf_Die& die, std::string_view wanted) {
  Elf* const elf = dwarf_getelf(dwarf_cu_getdwarf(die.cu));
  std::size_t names = 0;
  if (elf == nullptr || elf_getshdrstrndx(elf, &names) != 0) return {};
  for (Elf_Scn* at = nullptr; (at = elf_nextscn(elf, at)) != nullptr;) {
    GElf_Shdr header;
    if (gelf_getshdr(at, &header) == nullptr || header.sh_type == SHT_NOBITS) continue;
    const char* const name = elf_strptr(elf, names, header.sh_name);
    if (name == nullptr || wanted != name) continue;
    const Elf_Data* const data = elf_getdata(at, nullptr);
    if (data == nullptr || data->d_buf == nullptr) return {};
    return {static_cast<const std::byte*>(data->d_buf), data->d_size};
  }
  return {};
}

Bytes from(Bytes bytes, std::uint64_t offset) { return offset < bytes.size() ? bytes.subspan(offset) : Bytes(); }

std::optional<std::uint64_t> number(Dwarf_Die& die, unsigned attribute) {
  Dwarf_Attribute found;
  Dwarf_Word value = 0;
  if (dwarf_formudata(dwarf_attr(&die, attribute, &found), &value) != 0) return std::nullopt;
  return value;
}

/// The value of a form that libdw does not read: an unsigned LEB128 number, or one of `size` bytes if it is not 0. A
/// unit's image ends in a page of its own, so that the longest number is inside.
std::uint64_t raw_value(const Dwarf_Attribute& attribute, std::size_t size) {
  constexpr std::size_t kLongest = 10;
  Cursor cursor({reinterpret_cast<const std::byte*>(attribute.valp), kLongest});
  return size == 0 ? cursor.uleb() : cursor.fixed(size);
}

}  // namespace

SplitRanges::SplitRanges(Dwarf_Die skeleton, Bytes range_lists) : range_lists_(range_lists) {
  const auto own = number(skeleton, DW_AT_addr_base);
  const auto base = own ? own : number(skeleton, DW_AT_GNU_addr_base);
  addresses_ = from(section(skeleton, ".debug_addr"), base.value_or(0));
  if (range_lists_.empty()) {
    pairs_ = from(section(skeleton, ".debug_ranges"), number(skeleton, DW_AT_GNU_ranges_base).value_or(0));
  }
  Dwarf_Addr low = 0;
  if (dwarf_lowpc(&skeleton, &low) == 0) base_ = low;
}

std::optional<std::uint64_t> SplitRanges::entry(std::uint64_t number) const {
  constexpr std::size_t kSize = 8;
  if (number >= addresses_.size() / kSize) return std::nullopt;
  return Cursor(addresses_.subspan(number * kSize)).fixed(kSize);
}

std::optional<std::uint64_t> SplitRanges::address(Dwarf_Die& die, unsigned attribute) const {
  Dwarf_Attribute found;
  if (dwarf_attr(&die, attribute, &found) == nullptr) return std::nullopt;
  switch (dwarf_whatform(&found)) {
    case DW_FORM_addrx:
    case DW_FORM_GNU_addr_index:
      return entry(raw_value(found, 0));
    case DW_FORM_addrx1:
      return entry(raw_value(found, 1));
    case DW_FORM_addrx2:
      return entry(raw_value(found, 2));
    case DW_FORM_addrx3:
      return entry(raw_value(found, 3));
    case DW_FORM_addrx4:
      return entry(raw_value(found, 4));
    case DW_FORM_addr:
      return raw_value(found, 8);
    default:
      return std::nullopt;
  }
}

void SplitRanges::read_list(std::uint64_t offset, Ranges& ranges) const {
  Cursor cursor(from(range_lists_, offset));
  std::uint64_t base = base_;
  const auto add = [&ranges](std::optional<std::uint64_t> low, std::optional<std::uint64_t> high) {
    if (low && high && *low < *high) ranges.emplace_back(*low, *high);
  };
  const auto add_length = [&](std::optional<std::uint64_t> low, std::uint64_t length) {
    if (low) add(low, *low + length);
  };
  while (cursor.good()) {
    switch (cursor.fixed(1)) {
      case DW_RLE_base_addressx:
        base = entry(cursor.uleb()).value_or(0);
        break;
      case DW_RLE_startx_endx: {
        const auto low = entry(cursor.uleb());
        add(low, entry(cursor.uleb()));
        break;
      }
      case DW_RLE_startx_length: {
        const auto low = entry(cursor.uleb());
        add_length(low, cursor.uleb());
        break;
      }
      case DW_RLE_offset_pair: {
        const std::uint64_t low = base + cursor.uleb();
        add(low, base + cursor.uleb());
        break;
      }
      case DW_RLE_base_address:
        base = cursor.fixed(8);
        break;
      case DW_RLE_start_end: {
        const std::uint64_t low = cursor.fixed(8);
        add(low, cursor.fixed(8));
        break;
      }
      case DW_RLE_start_length: {
        const std::uint64_t low = cursor.fixed(8);
        add_length(low, cursor.uleb());
        break;
      }
      default:  // DW_RLE_end_of_list, or damage
        return;
    }
  }
}

void SplitRanges::read_pairs(std::uint64_t offset, Ranges& ranges) const {
  Cursor cursor(from(pairs_, offset));
  std::uint64_t base = base_;
  while (cursor.good()) {
    const std::uint64_t low = cursor.fixed(8);
    const std::uint64_t high = cursor.fixed(8);
    if (low == 0 && high == 0) return;
    if (low == ~std::uint64_t{0}) {
      base = high;
    } else if (low < high) {
      ranges.emplace_back(base + low, base + high);
    }
  }
}

std::vector<std::pair<std::uint64_t, std::uint64_t>> SplitRanges::of(Dwarf_Die& die) const {
  Ranges ranges;
  Dwarf_Attribute list;
  if (dwarf_attr(&die, DW_AT_ranges, &list) != nullptr) {
    constexpr std::size_t kHeader = 12;  // of the unit's lists; the offsets of the lists follow, counted from there
    if (dwarf_whatform(&list) == DW_FORM_rnglistx) {
      const std::uint64_t number = raw_value(list, 0);
      if (number < range_lists_.size() / 4)
        read_list(kHeader + Cursor(from(range_lists_, kHeader + number * 4)).fixed(4), ranges);
    } else if (dwarf_whatform(&list) == DW_FORM_sec_offset) {
      const std::uint64_t offset = raw_value(list, 4);
      range_lists_.empty() ? read_pairs(offset, ranges) : read_list(offset, ranges);
    }
    return ranges;
  }
  const auto low = address(die, DW_AT_low_pc);
  if (!low) return ranges;
  const auto length = number(die, DW_AT_high_pc);
  const auto high = length ? *low + *length : address(die, DW_AT_high_pc);
  if (high && *low < *high) ranges.emplace_back(*low, *high);
  return ranges;
}

}  // namespace bucketprof::symbolize
