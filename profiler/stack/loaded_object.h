// SPDX-License-Identifier: Apache-2.0
//
// A loaded object file and its unwind tables: .eh_frame, which describes the frames of its functions, and
// .eh_frame_hdr, the search table for it (Linux Standard Base 5.0, 10.6). Takes no lock and reads nothing outside the
// object's readable segments. Valid until the object is unloaded. Thread-compatible.
#pragma once

#include <dlfcn.h>
#include <link.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace bucketprof::stack {

using Address = std::uint64_t;

class LoadedObject {
 public:
  /// Both are offsets from the start of .eh_frame_hdr. The table is sorted by `code`.
  struct SearchEntry {
    std::int32_t code;  // start of the function
    std::int32_t description;
  };
  static_assert(sizeof(SearchEntry) == sizeof(Address));

  /// Finds the object that contains `pc`. False if there is none with unwind tables, or its segments cannot be found.
  [[nodiscard]] bool find(Address pc) noexcept;

  /// The address range found for `pc`: the whole object, or one segment of a program that has holes between its
  /// segments.
  [[nodiscard]] Address start() const noexcept { return reinterpret_cast<Address>(found_.dlfo_map_start); }
  [[nodiscard]] Address end() const noexcept { return reinterpret_cast<Address>(found_.dlfo_map_end); }

  [[nodiscard]] Address search_table() const noexcept { return reinterpret_cast<Address>(found_.dlfo_eh_frame); }
  /// The entries of .eh_frame_hdr. Empty unless it has the form that all linkers write.
  [[nodiscard]] std::span<const SearchEntry> entries() noexcept;
  /// The last entry whose function begins at or before `pc`; nullptr if there is none. That function may end before
  /// `pc`: entries do not have the ends of functions.
  [[nodiscard]] const SearchEntry* entry_of(Address pc) noexcept;
  [[nodiscard]] Address description_of(const SearchEntry& entry) const noexcept {
    return search_table() + static_cast<Address>(std::int64_t{entry.description});
  }

  /// Whether the 8 bytes at `address` lie in a readable segment of the object.
  [[nodiscard]] bool holds(Address address) noexcept { return is_in_latest(address) || find_segment(address); }
  /// The same, and the segment is not writable.
  [[nodiscard]] bool holds_constant(Address address) noexcept { return holds(address) && latest_is_constant_; }
  /// The whole segment that contains `address` if it is not writable, otherwise empty.
  [[nodiscard]] std::span<const std::byte> constant_segment(Address address) noexcept;

 private:
  using Segment = ElfW(Phdr);

  [[nodiscard]] Address base() const noexcept;
  [[nodiscard]] bool find_segments() noexcept;
  /// Fast path: most words lie in the same segment as the one before.
  [[nodiscard]] bool is_in_latest(Address address) const noexcept {
    return address - latest_start_ < latest_size_ && address + sizeof(Address) <= latest_start_ + latest_size_;
  }
  [[nodiscard]] bool find_segment(Address address) noexcept;

  dl_find_object found_{};
  std::span<const Segment> segments_;
  Address latest_start_ = 0;
  Address latest_size_ = 0;
  bool latest_is_constant_ = false;
};

}  // namespace bucketprof::stack
