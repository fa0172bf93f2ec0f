// SPDX-License-Identifier: Apache-2.0
#include "profiler/stack/loaded_object.h"

#include <sys/auxv.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>

namespace bucketprof::stack {
namespace {

using Segment = ElfW(Phdr);

/// The program headers of the file mapped at `start`. Empty if they lie beyond the file's first page, the only one that
/// is known to be mapped (patchelf moves them to the end of the file).
std::span<const Segment> segments_of_file(Address start) noexcept {
  constexpr std::uint64_t kPage = 4096;
  const auto* header = reinterpret_cast<const ElfW(Ehdr)*>(start);
  if (std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_phentsize != sizeof(Segment) ||
      header->e_phoff % alignof(Segment) != 0 || header->e_phoff > kPage ||
      header->e_phnum > (kPage - header->e_phoff) / sizeof(Segment)) {
    return {};
  }
  return {reinterpret_cast<const Segment*>(start + header->e_phoff), header->e_phnum};
}

/// The main program's headers, from the auxiliary vector, if it is the object with this base; otherwise empty.
std::span<const Segment> segments_of_program(Address base) noexcept {
  const Address table = getauxval(AT_PHDR);
  const std::span segments(reinterpret_cast<const Segment*>(table), getauxval(AT_PHNUM));
  for (const Segment& segment : segments) {
    if (segment.p_type == PT_PHDR && base + segment.p_vaddr == table) return segments;
  }
  return {};
}

}  // namespace

bool LoadedObject::find(Address pc) noexcept {
  // Takes no lock, unlike dl_iterate_phdr.
  return _dl_find_object(reinterpret_cast<void*>(pc), &found_) == 0 && found_.dlfo_eh_frame != nullptr &&
         find_segments();
}

bool LoadedObject::find_segments() noexcept {
  latest_size_ = 0;
  segments_ = segments_of_file(start());
  if (segments_.empty()) segments_ = segments_of_program(base());
  return !segments_.empty();
}

Address LoadedObject::base() const noexcept {
  return found_.dlfo_link_map != nullptr ? found_.dlfo_link_map->l_addr : 0;
}

bool LoadedObject::find_segment(Address address) noexcept {
  for (const Segment& segment : segments_) {
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_R) == 0) continue;
    latest_start_ = base() + segment.p_vaddr;
    latest_size_ = segment.p_memsz;
    latest_is_constant_ = (segment.p_flags & PF_W) == 0;
    if (is_in_latest(address)) return true;
  }
  return false;
}

std::span<const std::byte> LoadedObject::constant_segment(Address address) noexcept {
  if (!holds_constant(address)) return {};
  return {reinterpret_cast<const std::byte*>(latest_start_), latest_size_};
}

std::span<const LoadedObject::SearchEntry> LoadedObject::entries() noexcept {
  // Version 1, then the encodings of the pointer to .eh_frame, of the count (4 bytes), and of the sorted pairs of
  // offsets.
  constexpr std::array<std::byte, 4> kUsual{std::byte{1}, std::byte{0x1b}, std::byte{3}, std::byte{0x3b}};
  constexpr std::size_t kCountAt = 8;
  constexpr std::size_t kEntriesAt = 12;
  const std::span segment = constant_segment(search_table());
  if (segment.empty()) return {};
  const auto table = segment.subspan(search_table() - reinterpret_cast<Address>(segment.data()));
  if (table.size() < kEntriesAt || std::memcmp(table.data(), kUsual.data(), kUsual.size()) != 0) return {};
  std::uint32_t count = 0;
  std::memcpy(&count, table.data() + kCountAt, sizeof(count));
  const auto entries = table.subspan(kEntriesAt);
  if (count > entries.size() / sizeof(SearchEntry)) return {};
  return {reinterpret_cast<const SearchEntry*>(entries.data()), count};
}

const LoadedObject::SearchEntry* LoadedObject::entry_of(Address pc) noexcept {
  const std::span sorted = entries();
  const auto wanted = static_cast<std::int64_t>(pc - search_table());
  const auto behind = std::ranges::upper_bound(sorted, wanted, {}, &SearchEntry::code);
  return behind == sorted.begin() ? nullptr : &*std::prev(behind);
}

}  // namespace bucketprof::stack
