// SPDX-License-Identifier: Apache-2.0
//
// The ELF note by which the tool and the agent see that a program or library contains our recorder: it is in every file
// that has autostart.cpp, whatever the linker's options and however much was stripped.
#pragma once

#include <elf.h>
#include <link.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace bucketprof {

/// Raised when an agent or tool must no longer step back before the recorder of another version.
inline constexpr std::uint32_t kNoteType = 1;
inline constexpr std::string_view kNoteName{"bucketprof\0", 11};

/// The note's description, in the bytes of a PT_NOTE segment; nothing if the note is not there, or damaged.
[[nodiscard]] inline std::optional<std::string_view> our_note(std::string_view notes) noexcept {
  constexpr std::size_t kAlign = 4;
  const auto padded = [](std::uint64_t size) { return (size + kAlign - 1) / kAlign * kAlign; };
  Elf64_Nhdr header;
  while (notes.size() >= sizeof header) {
    std::memcpy(&header, notes.data(), sizeof header);
    notes.remove_prefix(sizeof header);
    const std::uint64_t skipped = padded(header.n_namesz) + padded(header.n_descsz);
    if (skipped > notes.size()) return std::nullopt;
    if (header.n_type == kNoteType && notes.substr(0, header.n_namesz) == kNoteName)
      return notes.substr(padded(header.n_namesz), header.n_descsz);
    notes.remove_prefix(skipped);
  }
  return std::nullopt;
}

/// The same, in the segments of a loaded program or library.
[[nodiscard]] inline std::optional<std::string_view> our_note(const dl_phdr_info& object) noexcept {
  for (const Elf64_Phdr& segment : std::span(object.dlpi_phdr, object.dlpi_phnum)) {
    if (segment.p_type != PT_NOTE) continue;
    const auto* const start = reinterpret_cast<const char*>(object.dlpi_addr + segment.p_vaddr);
    if (const auto note = our_note(std::string_view(start, segment.p_memsz))) return note;
  }
  return std::nullopt;
}

}  // namespace bucketprof
