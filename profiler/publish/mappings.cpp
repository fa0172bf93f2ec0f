// SPDX-License-Identifier: Apache-2.0
#include "profiler/publish/mappings.h"

#include <elf.h>
#include <fmt/format.h>
#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <string_view>

namespace bucketprof::publish {
namespace {

constexpr std::uint64_t kPage = 4096;

std::string main_binary() {
  char path[4096];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  return length > 0 ? std::string(path, static_cast<std::size_t>(length)) : std::string("[main]");
}

/// The build id in a block of ELF notes, or "". Notes are name and description, each padded to four bytes.
std::string build_id_in(std::span<const unsigned char> notes) {
  const auto padded = [](std::size_t n) { return (n + 3) / 4 * 4; };
  while (notes.size() >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) header;
    std::memcpy(&header, notes.data(), sizeof header);
    const std::size_t description = sizeof header + padded(header.n_namesz);
    const std::size_t end = description + padded(header.n_descsz);
    if (end > notes.size() || end < description) break;
    const auto* name = reinterpret_cast<const char*>(notes.data() + sizeof header);
    if (header.n_type == NT_GNU_BUILD_ID && std::string_view(name, header.n_namesz) == std::string_view("GNU\0", 4)) {
      std::string hex;
      for (const unsigned char byte : notes.subspan(description, header.n_descsz)) {
        hex += fmt::format("{:02x}", byte);
      }
      return hex;
    }
    notes = notes.subspan(end);
  }
  return {};
}

struct Walk {
  std::vector<Segment>* segments;
  bool first = true;
};

int add_object(dl_phdr_info* info, std::size_t, void* data) {
  auto* walk = static_cast<Walk*>(data);
  std::string file = info->dlpi_name != nullptr ? info->dlpi_name : "";
  if (walk->first) file = main_binary();  // the loader lists the main binary first, without its name
  walk->first = false;

  std::string build_id;
  const std::span<const ElfW(Phdr)> headers(info->dlpi_phdr, info->dlpi_phnum);
  for (const ElfW(Phdr) & header : headers) {
    if (header.p_type != PT_NOTE || !build_id.empty()) continue;
    const auto* notes = reinterpret_cast<const unsigned char*>(info->dlpi_addr + header.p_vaddr);
    build_id = build_id_in({notes, header.p_memsz});
  }
  for (const ElfW(Phdr) & header : headers) {
    if (header.p_type != PT_LOAD || (header.p_flags & PF_X) == 0) continue;
    const std::uint64_t start = info->dlpi_addr + header.p_vaddr;
    walk->segments->push_back({.start = start / kPage * kPage,
                               .limit = (start + header.p_memsz + kPage - 1) / kPage * kPage,
                               .offset = header.p_offset / kPage * kPage,
                               .file = file,
                               .build_id = build_id});
  }
  return 0;
}

}  // namespace

std::vector<Segment> executable_segments() {
  std::vector<Segment> segments;
  Walk walk{.segments = &segments};
  dl_iterate_phdr(&add_object, &walk);
  if (segments.empty()) return segments;
  std::sort(segments.begin() + 1, segments.end(), [](const Segment& a, const Segment& b) { return a.start < b.start; });
  return segments;
}

}  // namespace bucketprof::publish
