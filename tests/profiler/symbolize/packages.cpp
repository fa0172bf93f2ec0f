// SPDX-License-Identifier: Apache-2.0
#include "tests/profiler/symbolize/packages.h"

#include <elfutils/libdw.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/profiler/symbolize/programs.h"

namespace bucketprof::symbolize {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPad = 24;

std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

void append(std::string& bytes, std::uint64_t number, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(number >> (8 * i));
}

struct Column {
  const char* section;
  std::uint32_t number;
};
// DWARF 5, table 7.1, and the columns of GNU's version 2.
const std::vector<Column> kOf5{{"info", 1}, {"abbrev", 3}, {"line", 4}, {"str_offsets", 6}, {"rnglists", 8}};
const std::vector<Column> kOf4{{"info", 1}, {"abbrev", 3}, {"line", 4}, {"str_offsets", 6}};

/// DWARF 5, section 7.3.5.3, with one unit in the second of two slots.
std::string index(const std::vector<Column>& columns, const std::vector<std::size_t>& sizes, std::uint64_t id,
                  std::uint32_t version) {
  std::string bytes;
  for (const std::uint64_t number :
       {std::uint64_t{version}, std::uint64_t{columns.size()}, std::uint64_t{1}, std::uint64_t{2}})
    append(bytes, number, 4);
  append(bytes, 0, 8);
  append(bytes, id, 8);
  append(bytes, 0, 4);
  append(bytes, 1, 4);
  for (const Column& column : columns) append(bytes, column.number, 4);
  for (std::size_t i = 0; i < columns.size(); ++i) append(bytes, kPad, 4);
  for (const std::size_t size : sizes) append(bytes, size, 4);
  return bytes;
}

}  // namespace

fs::path split_file(const std::string& split) {
  return fs::path(BUCKETPROF_BINARY_DIR) /
         fmt::format("tests/programs/symbolize/CMakeFiles/symbolize_{}.dir/inlines.cpp.dwo", split);
}

std::uint64_t first_unit_id(const fs::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  Dwarf* const dwarf = dwarf_begin(fd, DWARF_C_READ);
  Dwarf_CU* cu = nullptr;
  Dwarf_Die root;
  std::uint64_t id = 0;
  std::uint8_t type = 0;
  EXPECT_EQ(dwarf_get_units(dwarf, nullptr, &cu, nullptr, &type, nullptr, nullptr), 0) << file;
  EXPECT_NE(dwarf_cu_die(cu, &root, nullptr, nullptr, nullptr, nullptr, &id, nullptr), nullptr) << file;
  dwarf_end(dwarf);
  ::close(fd);
  return id;
}

fs::path make_package(const std::string& split, const fs::path& folder) {
  fs::path moved = folder / "moved";
  // The new name has the same length, so that only the path in the file changes.
  run_command(fmt::format("sed 's/[.]dwo/.gon/g' '{}' > '{}'", program(split).native(), moved.native()));
  const fs::path package = folder / "moved.dwp";
  const bool is_5 = split.ends_with('5');
  const auto& columns = is_5 ? kOf5 : kOf4;
  std::vector<std::size_t> sizes;
  std::string options;
  for (const Column& column : columns) {
    const std::string name = fmt::format(".debug_{}.dwo", column.section);
    const fs::path part = folder / column.section;
    run_command(fmt::format("objcopy --dump-section '{}={}' '{}' '{}.copy'", name, part.native(),
                            split_file(split).native(), part.native()));
    const std::string bytes = content(part);
    sizes.push_back(bytes.size());
    std::ofstream(part, std::ios::binary) << std::string(kPad, '\xff') << bytes;
    options += fmt::format(" --update-section '{}={}'", name, part.native());
  }
  std::ofstream(folder / "index", std::ios::binary)
      << index(columns, sizes, first_unit_id(program(split)), is_5 ? 5 : 2);
  run_command(fmt::format("objcopy{} --add-section '.debug_cu_index={}' '{}' '{}'", options,
                          (folder / "index").native(), split_file(split).native(), package.native()));
  return moved;
}

}  // namespace bucketprof::symbolize
