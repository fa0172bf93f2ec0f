// SPDX-License-Identifier: Apache-2.0
#include "profiler/stack/loaded_object.h"

#include <sys/auxv.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>

namespace bucketprof::stack {

bool LoadedObject::find(Address pc) noexcept {
  // Takes no lock, unlike dl_iterate_phdr.
  return _dl_find_object(reinterpret_cast<void*>(pc), &found_) == 0 && found_.dlfo_eh_frame != nullptr &&
         find_segments();
}

bool LoadedObject::find_segments() noexcept {
  latest_size_ = 0;
  const auto* header = static_cast<const ElfW(Ehdr)*>(found_.dlfo_map_start);
  if (std::memcmp(header->e_ident, ELFMAG, SELFMAG) == 0) {
    segments_ = {reinterpret_cast<const Segment*>(start() + header->e_phoff), header->e_phnum};
  } else if (found_.dlfo_link_map != nullptr && found_.dlfo_link_map->l_prev == nullptr) {  // the program itself
    segments_ = {reinterpret_cast<const Segment*>(getauxval(AT_PHDR)), getauxval(AT_PHNUM)};
  }
  return !segments_.empty();
}

bool LoadedObject::find_segment(Address address) noexcept {
  const Address base = found_.dlfo_link_map != nullptr ? found_.dlfo_link_map->l_addr : 0;
  for (const Segment& segment : segments_) {
    if (segment.p_type != PT_LOAD) continue;
    latest_start_ = base + segment.p_vaddr;
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
  // Version 1, a pointer to .eh_frame, a count of 4 bytes, and sorted pairs of offsets from here.
  constexpr std::array<std::byte, 4> kUsual{std::byte{1}, std::byte{0x1b}, std::byte{3}, std::byte{0x3b}};
  const Address first = search_table() + 12;
  if (!holds(first)) return {};
  std::uint32_t count = 0;
  const auto* const table = reinterpret_cast<const std::byte*>(search_table());
  if (std::memcmp(table, kUsual.data(), kUsual.size()) != 0) return {};
  std::memcpy(&count, table + 8, sizeof(count));
  if (count > (latest_start_ + latest_size_ - first) / sizeof(SearchEntry)) return {};
  return {reinterpret_cast<const SearchEntry*>(first), count};
}

const LoadedObject::SearchEntry* LoadedObject::entry_of(Address pc) noexcept {
  const std::span sorted = entries();
  const auto wanted = static_cast<std::int64_t>(pc - search_table());
  const auto behind = std::ranges::upper_bound(sorted, wanted, {}, &SearchEntry::code);
  return behind == sorted.begin() ? nullptr : &*std::prev(behind);
}

}  // namespace bucketprof::stack
