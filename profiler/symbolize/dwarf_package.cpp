// SPDX-License-Identifier: Apache-2.0
//
// A unit's image is a private mapping of the whole file with a new table of sections behind it, which names the unit's
// parts of the file's sections where they are: nothing is copied, however large the package is.
#include "profiler/symbolize/dwarf_package.h"

#include <elf.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace bucketprof::symbolize {
namespace {

constexpr std::size_t kTail = 4096;  // bytes for the new section table; one page
constexpr std::size_t kMaxColumns = 16;

/// The sections of a unit, with the numbers that they have in the index (column headers) of each version.
struct Kind {
  const char* name;
  std::uint32_t in_version_2;  // 0: none
  std::uint32_t in_version_5;
};
constexpr std::array<Kind, 5> kSections{{{".debug_info.dwo", 1, 1},
                                         {".debug_abbrev.dwo", 3, 3},
                                         {".debug_line.dwo", 4, 4},
                                         {".debug_str_offsets.dwo", 6, 6},
                                         {".debug_rnglists.dwo", 0, 8}}};
constexpr std::size_t kInfo = 0;
constexpr std::size_t kAbbreviations = 1;
constexpr std::size_t kRangeLists = 4;
constexpr const char* kStrings = ".debug_str.dwo";  // shared by all units
constexpr const char* kIndex = ".debug_cu_index";

template <class Number>
Number number_at(std::span<const std::byte> bytes, std::size_t at) {
  Number value{};
  if (at <= bytes.size() && sizeof value <= bytes.size() - at) std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

}  // namespace

/// The file's sections, and which parts of them are a unit's.
struct DwarfPackage::Index {
  int fd = -1;
  std::uint64_t file_size = 0;
  Parts sections{};
  Extent strings;
  std::map<std::uint64_t, Parts> units;  // extents within the file

  ~Index() {
    if (fd >= 0) ::close(fd);
  }
  bool read_sections(Elf* elf, std::vector<std::byte>& table);
  bool read_units(std::span<const std::byte> table);
};

bool DwarfPackage::Index::read_sections(Elf* elf, std::vector<std::byte>& table) {
  std::size_t names = 0;
  if (elf_kind(elf) != ELF_K_ELF || gelf_getclass(elf) != ELFCLASS64 || elf_getshdrstrndx(elf, &names) != 0)
    return false;
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) == nullptr) return false;
    const char* const text = elf_strptr(elf, names, header.sh_name);
    const std::string_view name = text == nullptr ? "" : text;
    const Extent extent{header.sh_offset, header.sh_size};
    const bool inside = extent.offset <= file_size && extent.size <= file_size - extent.offset;
    if (!inside || header.sh_type == SHT_NOBITS || (header.sh_flags & SHF_COMPRESSED) != 0) continue;
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
      if (name == kSections[kind].name) sections[kind] = extent;
    }
    if (name == kStrings) strings = extent;
    if (name != kIndex) continue;
    table.resize(extent.size);
    if (::pread(fd, table.data(), extent.size, static_cast<off_t>(extent.offset)) != static_cast<ssize_t>(extent.size))
      return false;
  }
  return true;
}

/// The table: version, columns, units, slots; an id and a row number for each slot; the columns' section numbers; for
/// each unit a row of offsets, then for each a row of sizes.
bool DwarfPackage::Index::read_units(std::span<const std::byte> table) {
  constexpr std::size_t kHeader = 16;
  const bool is_5 = number_at<std::uint16_t>(table, 0) == 5;
  if (!is_5 && number_at<std::uint32_t>(table, 0) != 2) return false;
  const std::uint64_t columns = number_at<std::uint32_t>(table, 4);
  const std::uint64_t rows = number_at<std::uint32_t>(table, 8);
  const std::uint64_t slots = number_at<std::uint32_t>(table, 12);
  const std::uint64_t heads = kHeader + slots * 12;
  const std::uint64_t offsets = heads + columns * 4;
  const std::uint64_t sizes = offsets + rows * columns * 4;
  if (columns > kMaxColumns || sizes + rows * columns * 4 > table.size()) return false;
  for (std::uint64_t slot = 0; slot < slots; ++slot) {
    const std::uint64_t row = number_at<std::uint32_t>(table, kHeader + slots * 8 + slot * 4);
    if (row == 0 || row > rows) continue;
    auto& unit = units[number_at<std::uint64_t>(table, kHeader + slot * 8)];
    for (std::uint64_t column = 0; column < columns; ++column) {
      const auto head = number_at<std::uint32_t>(table, heads + column * 4);
      const std::uint64_t at = ((row - 1) * columns + column) * 4;
      const Extent part{number_at<std::uint32_t>(table, offsets + at), number_at<std::uint32_t>(table, sizes + at)};
      for (std::size_t kind = 0; kind < kKinds; ++kind) {
        const Extent& whole = sections[kind];
        if (head != (is_5 ? kSections[kind].in_version_5 : kSections[kind].in_version_2)) continue;
        if (part.offset > whole.size || part.size > whole.size - part.offset) continue;
        unit[kind] = {whole.offset + part.offset, part.size};
      }
    }
  }
  return true;
}

/// One unit as a .dwo file in memory.
class DwarfPackage::Image {
 public:
  Image(const Index& index, const Parts& parts) {
    const std::size_t file = (index.file_size + kTail - 1) / kTail * kTail;
    size_ = file + kTail;
    void* const place = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) return;
    start_ = static_cast<std::byte*>(place);
    constexpr int kFlags = MAP_PRIVATE | MAP_FIXED;
    if (::mmap(place, index.file_size, PROT_READ | PROT_WRITE, kFlags, index.fd, 0) == MAP_FAILED) return;
    write_sections(index, parts, file);
    elf_ = elf_memory(reinterpret_cast<char*>(start_), size_);
    if (elf_ != nullptr) dwarf_ = dwarf_begin_elf(elf_, DWARF_C_READ, nullptr);
    const Extent& lists = parts[kRangeLists];
    if (lists.size != 0) range_lists_ = {start_ + lists.offset, lists.size};
  }
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;
  ~Image() {
    if (dwarf_ != nullptr) dwarf_end(dwarf_);
    if (elf_ != nullptr) elf_end(elf_);
    if (start_ != nullptr) ::munmap(start_, size_);
  }

  [[nodiscard]] std::optional<Unit> unit() const {
    Dwarf_CU* cu = nullptr;
    std::uint8_t type = 0;
    Unit found{{}, range_lists_};
    if (dwarf_ == nullptr || dwarf_get_units(dwarf_, nullptr, &cu, nullptr, &type, &found.root, nullptr) != 0)
      return std::nullopt;
    return found;
  }

 private:
  void write_sections(const Index& index, const Parts& parts, std::size_t tail) {
    std::array<Elf64_Shdr, kKinds + 3> headers{};  // the first is empty; the last two: strings, names
    std::string names(1, '\0');
    std::size_t count = 1;
    const auto add = [&](const char* name, std::uint32_t type, const Extent& extent) {
      if (extent.size == 0) return;
      Elf64_Shdr& header = headers[count++];
      header.sh_name = static_cast<Elf64_Word>(names.size());
      header.sh_type = type;
      header.sh_offset = extent.offset;
      header.sh_size = extent.size;
      header.sh_addralign = 1;
      names.append(name) += '\0';
    };
    for (std::size_t kind = 0; kind < kKinds; ++kind) add(kSections[kind].name, SHT_PROGBITS, parts[kind]);
    add(kStrings, SHT_PROGBITS, index.strings);
    const std::string own = names + ".shstrtab";
    add(".shstrtab", SHT_STRTAB, {tail + sizeof headers, own.size() + 1});
    Elf64_Ehdr header;
    std::memcpy(&header, start_, sizeof header);
    header.e_type = ET_REL;
    header.e_shoff = tail;
    header.e_shentsize = sizeof(Elf64_Shdr);
    header.e_shnum = static_cast<Elf64_Half>(count);
    header.e_shstrndx = static_cast<Elf64_Half>(count - 1);
    header.e_phnum = 0;
    std::memcpy(start_, &header, sizeof header);
    std::memcpy(start_ + tail, headers.data(), sizeof headers);
    std::memcpy(start_ + tail + sizeof headers, names.data(), names.size());
  }

  std::byte* start_ = nullptr;
  std::size_t size_ = 0;
  std::span<const std::byte> range_lists_;
  Elf* elf_ = nullptr;
  Dwarf* dwarf_ = nullptr;
};

DwarfPackage::DwarfPackage() = default;
DwarfPackage::~DwarfPackage() = default;

std::unique_ptr<DwarfPackage> DwarfPackage::open(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return nullptr;
  std::unique_ptr<DwarfPackage> package(new DwarfPackage);
  package->index_ = std::make_unique<Index>();
  Index& index = *package->index_;
  index.fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (index.fd < 0 || ::fstat(index.fd, &status) != 0) return nullptr;
  index.file_size = static_cast<std::uint64_t>(status.st_size);
  if (index.file_size < sizeof(Elf64_Ehdr)) return nullptr;
  elf_version(EV_CURRENT);
  Elf* const elf = elf_begin(index.fd, ELF_C_READ_MMAP, nullptr);
  if (elf == nullptr) return nullptr;
  std::vector<std::byte> table;
  const bool readable = index.read_sections(elf, table);
  elf_end(elf);
  return readable && index.read_units(table) ? std::move(package) : nullptr;
}

std::optional<DwarfPackage::Unit> DwarfPackage::find(std::uint64_t id) {
  const auto parts = index_->units.find(id);
  if (parts == index_->units.end() || parts->second[kInfo].size == 0 || parts->second[kAbbreviations].size == 0)
    return std::nullopt;
  auto& image = images_[id];
  if (image == nullptr) image = std::make_unique<Image>(*index_, parts->second);
  return image->unit();
}

}  // namespace bucketprof::symbolize
