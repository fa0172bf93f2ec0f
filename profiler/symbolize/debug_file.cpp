// SPDX-License-Identifier: Apache-2.0
//
// Candidates are tried in the order that gdb documents; each is verified.
#include "profiler/symbolize/debug_file.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <libelf.h>
#include <unistd.h>
#include <zlib.h>

#include <cstddef>
#include <cstdlib>
#include <string_view>
#include <system_error>
#include <vector>

namespace bucketprof::symbolize {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

std::optional<std::uint32_t> crc32_of(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  std::vector<unsigned char> buffer(std::size_t{1} << 20);
  uLong crc = ::crc32(0, nullptr, 0);
  ssize_t got = 0;
  while ((got = ::read(fd, buffer.data(), buffer.size())) > 0)
    crc = ::crc32(crc, buffer.data(), static_cast<uInt>(got));
  ::close(fd);
  if (got < 0) return std::nullopt;
  return static_cast<std::uint32_t>(crc);
}

bool belongs(const fs::path& candidate, const DebugLink& link) {
  const std::string id = build_id_of(candidate);
  if (!id.empty() && !link.build_id.empty()) return id == link.build_id;
  return !link.file.empty() && crc32_of(candidate) == link.crc32;
}

}  // namespace

std::vector<fs::path> default_debug_dirs() {
  const char* const set = std::getenv("BUCKETPROF_DEBUG_DIRS");
  if (set == nullptr) return {"/usr/lib/debug"};
  std::vector<fs::path> dirs;
  for (std::string_view rest = set; !rest.empty();) {
    const std::size_t end = rest.find(':');
    if (const std::string_view dir = rest.substr(0, end); !dir.empty()) dirs.emplace_back(dir);
    rest = end == std::string_view::npos ? "" : rest.substr(end + 1);
  }
  return dirs;
}

std::string build_id_of(const fs::path& file) {
  const int fd = is_file(file) ? ::open(file.c_str(), O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0) return {};
  elf_version(EV_CURRENT);
  std::string hex;
  if (Elf* elf = elf_begin(fd, ELF_C_READ_MMAP, nullptr); elf != nullptr) {
    const void* bits = nullptr;
    const ssize_t size = dwelf_elf_gnu_build_id(elf, &bits);
    for (ssize_t i = 0; i < size; ++i) hex += fmt::format("{:02x}", static_cast<const unsigned char*>(bits)[i]);
    elf_end(elf);
  }
  ::close(fd);
  return hex;
}

std::optional<fs::path> find_debug_file(const fs::path& binary, const DebugLink& link,
                                        std::span<const fs::path> debug_dirs, fs::path* refused) {
  std::vector<fs::path> candidates;
  if (link.build_id.size() > 2) {
    for (const fs::path& dir : debug_dirs) {
      candidates.push_back(dir / ".build-id" / link.build_id.substr(0, 2) / (link.build_id.substr(2) + ".debug"));
    }
  }
  if (!link.file.empty()) {
    std::error_code error;
    fs::path real = fs::canonical(binary, error);
    const fs::path folder = (error ? binary : real).parent_path();
    candidates.push_back(folder / link.file);
    candidates.push_back(folder / ".debug" / link.file);
    for (const fs::path& dir : debug_dirs) candidates.push_back(dir / folder.relative_path() / link.file);
  }
  for (const fs::path& candidate : candidates) {
    std::error_code error;
    if (!is_file(candidate) || fs::equivalent(candidate, binary, error)) continue;
    if (belongs(candidate, link)) return candidate;
    if (refused != nullptr && refused->empty()) *refused = candidate;
  }
  return std::nullopt;
}

}  // namespace bucketprof::symbolize
