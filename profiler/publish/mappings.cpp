// SPDX-License-Identifier: Apache-2.0
//
// Reads /proc/self/maps, which takes no lock. dl_iterate_phdr would wait for the loader's lock, and in a forked child
// for ever if another thread held it at the fork. Build ids are read with system calls, because a library may be
// unloaded meanwhile.
#include "profiler/publish/mappings.h"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <span>
#include <string_view>

#include "profiler/base/file.h"

namespace bucketprof::publish {
namespace {

constexpr std::size_t kMostHeaders = 64;
constexpr std::size_t kMostNotes = 4096;

/// Copies memory of this process; false if it is not mapped (any more).
bool read_memory(std::uint64_t address, void* into, std::size_t bytes) {
  const iovec from{.iov_base = reinterpret_cast<void*>(address), .iov_len = bytes};
  const iovec to{.iov_base = into, .iov_len = bytes};
  if (process_vm_readv(getpid(), &to, 1, &from, 1, 0) == static_cast<ssize_t>(bytes)) return true;
  const int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);  // if a sandbox forbids process_vm_readv
  if (fd < 0) return false;
  const ssize_t n = pread(fd, into, bytes, static_cast<off_t>(address));
  close(fd);
  return n == static_cast<ssize_t>(bytes);
}

/// The build id in a block of ELF notes, or "". A note is a header, then a name and a description, each padded to four
/// bytes.
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

/// The build id of the ELF file whose first page is mapped at `base`, or "".
std::string build_id_at(std::uint64_t base) {
  ElfW(Ehdr) file;
  ElfW(Phdr) headers[kMostHeaders];
  if (!read_memory(base, &file, sizeof file) || std::memcmp(file.e_ident, ELFMAG, SELFMAG) != 0 ||
      file.e_phentsize != sizeof headers[0] || file.e_phnum == 0 || file.e_phnum > kMostHeaders ||
      !read_memory(base + file.e_phoff, headers, file.e_phnum * sizeof headers[0])) {
    return {};
  }
  const std::span<const ElfW(Phdr)> all(headers, file.e_phnum);
  const auto first = std::find_if(all.begin(), all.end(), [](const auto& h) { return h.p_type == PT_LOAD; });
  if (first == all.end()) return {};
  const std::uint64_t bias = base - (first->p_vaddr - first->p_offset);
  unsigned char notes[kMostNotes];
  for (const ElfW(Phdr) & header : all) {
    if (header.p_type != PT_NOTE || header.p_memsz > kMostNotes) continue;
    if (!read_memory(bias + header.p_vaddr, notes, header.p_memsz)) continue;
    std::string id = build_id_in({notes, header.p_memsz});
    if (!id.empty()) return id;
  }
  return {};
}

std::string main_binary() {
  char path[4096];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  return length > 0 ? std::string(path, static_cast<std::size_t>(length)) : std::string();
}

}  // namespace

std::vector<Segment> executable_segments() {
  std::vector<Segment> segments;
  const Result<std::string> maps = read_file("/proc/self/maps");
  if (!maps.ok()) return segments;
  std::map<std::string, std::string> build_ids;  // by file
  for (std::size_t at = 0; at < maps->size();) {
    const std::size_t end = std::min(maps->find('\n', at), maps->size());
    const std::string line = maps->substr(at, end - at);
    at = end + 1;
    Segment found;
    char flags[5] = {};
    int used = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx %4s %lx %*s %*s %n", &found.start, &found.limit, flags, &found.offset,
                    &used) != 4) {
      continue;
    }
    found.file = line.substr(static_cast<std::size_t>(used));
    if (!found.file.starts_with('/') && found.file != "[vdso]") continue;
    if (found.offset == 0) build_ids[found.file] = build_id_at(found.start);
    if (flags[2] != 'x') continue;
    found.build_id = build_ids[found.file];
    segments.push_back(std::move(found));
  }
  const std::string main = main_binary();
  std::stable_partition(segments.begin(), segments.end(), [&main](const Segment& s) { return s.file == main; });
  return segments;
}

}  // namespace bucketprof::publish
