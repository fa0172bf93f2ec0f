// SPDX-License-Identifier: Apache-2.0
#include "profiler/symbolize/compression.h"

#include <elf.h>
#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <unistd.h>

#include <string_view>
#include <system_error>

namespace bucketprof::symbolize {
namespace {

constexpr GElf_Word kZstd = 2;  // ELFCOMPRESS_ZSTD, which the C library's elf.h has since 2.36

}  // namespace

std::string unreadable_compression(Elf* elf, const std::filesystem::path& file) {
  std::size_t names = 0;
  if (elf == nullptr || elf_getshdrstrndx(elf, &names) != 0) return {};
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    GElf_Chdr compression;
    if (gelf_getshdr(section, &header) == nullptr || (header.sh_flags & SHF_COMPRESSED) == 0) continue;
    const char* const name = elf_strptr(elf, names, header.sh_name);
    if (name == nullptr || !std::string_view(name).starts_with(".debug_")) continue;
    if (gelf_getchdr(section, &compression) == nullptr || compression.ch_type == ELFCOMPRESS_ZLIB) continue;
    const std::string method = compression.ch_type == kZstd ? "zstd" : fmt::format("method {}", compression.ch_type);
    return fmt::format(
        "is compressed with {}, which elfutils {} cannot read: objcopy --decompress-debug-sections '{}', or use "
        "elfutils "
        "0.189 or later",
        method, dwfl_version(nullptr), file.native());
  }
  return {};
}

std::string unreadable_compression(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return {};
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  elf_version(EV_CURRENT);
  Elf* const elf = elf_begin(fd, ELF_C_READ_MMAP, nullptr);
  std::string found = unreadable_compression(elf, file);
  if (elf != nullptr) elf_end(elf);
  ::close(fd);
  return found;
}

}  // namespace bucketprof::symbolize
