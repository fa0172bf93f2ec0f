// SPDX-License-Identifier: Apache-2.0
//
// An object file as the loader has mapped it, and its unwind tables: .eh_frame, which describes the frames of its
// functions, and .eh_frame_hdr, which finds a function's description (Linux Standard Base 5.0, 10.6). Takes no lock.
// Nothing outside of the object's readable segments is read. Valid until the object is unloaded. Thread-compatible.
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
  /// Both are offsets from the start of .eh_frame_hdr. Sorted by the first.
  struct SearchEntry {
    std::int32_t code;  // where it begins
    std::int32_t description;
  };
  static_assert(sizeof(SearchEntry) == sizeof(Address));

  /// Whether an object with unwind tables holds the code, and it is known where its segments are.
  [[nodiscard]] bool find(Address pc) noexcept;

  /// Of the code that was asked for: of a program with holes between its segments it is one of them, else all.
  [[nodiscard]] Address start() const noexcept { return reinterpret_cast<Address>(found_.dlfo_map_start); }
  [[nodiscard]] Address end() const noexcept { return reinterpret_cast<Address>(found_.dlfo_map_end); }

  [[nodiscard]] Address search_table() const noexcept { return reinterpret_cast<Address>(found_.dlfo_eh_frame); }
  /// .eh_frame_hdr's entries. Empty if it has another form than the one that all linkers write.
  [[nodiscard]] std::span<const SearchEntry> entries() noexcept;
  /// The last one that begins at or before this code; it may end before. nullptr: there is none.
  [[nodiscard]] const SearchEntry* entry_of(Address pc) noexcept;
  [[nodiscard]] Address description_of(const SearchEntry& entry) const noexcept {
    return search_table() + static_cast<Address>(std::int64_t{entry.description});
  }

  /// Whether the 8 bytes there are the object's.
  [[nodiscard]] bool holds(Address address) noexcept { return is_in_latest(address) || find_segment(address); }
  /// The same, and they cannot be written.
  [[nodiscard]] bool holds_constant(Address address) noexcept { return holds(address) && latest_is_constant_; }
  /// All of the segment there, if it cannot be written; else nothing.
  [[nodiscard]] std::span<const std::byte> constant_segment(Address address) noexcept;

 private:
  using Segment = ElfW(Phdr);

  [[nodiscard]] Address base() const noexcept;
  [[nodiscard]] bool find_segments() noexcept;
  /// Most words lie in the segment of the one before.
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
