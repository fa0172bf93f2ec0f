// SPDX-License-Identifier: Apache-2.0
//
// The ranges of all functions of a package's unit are those that libdw reads from the .dwo file.
#include "profiler/symbolize/split_ranges.h"

#include <dwarf.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>

#include "profiler/symbolize/dwarf_package.h"
#include "tests/profiler/symbolize/packages.h"
#include "tests/profiler/symbolize/programs.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::symbolize {
namespace {

using Ranges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

Ranges read_by_libdw(Dwarf_Die& die) {
  Ranges ranges;
  Dwarf_Addr base = 0;
  Dwarf_Addr low = 0;
  Dwarf_Addr high = 0;
  ptrdiff_t offset = 0;
  while ((offset = dwarf_ranges(&die, offset, &base, &low, &high)) > 0)
    if (low < high) ranges.emplace_back(low, high);
  return ranges;
}

/// Of each entry below `parent`, in the order of the tree.
std::vector<Ranges> all(Dwarf_Die parent, const std::function<Ranges(Dwarf_Die&)>& read) {
  std::vector<Ranges> found;
  Dwarf_Die child;
  if (dwarf_child(&parent, &child) != 0) return found;
  do {
    const int tag = dwarf_tag(&child);
    if (tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block)
      found.push_back(read(child));
    for (Ranges& ranges : all(child, read)) found.push_back(std::move(ranges));
  } while (dwarf_siblingof(&child, &child) == 0);
  return found;
}

TEST(SplitRanges, AreThoseThatLibdwReads) {
  for (const char* split : {"split4", "split5"}) {
    const testing_support::TempDir dir;
    make_package(split, dir.path());
    const int fd = ::open(program(split).c_str(), O_RDONLY | O_CLOEXEC);
    Dwarf* const dwarf = dwarf_begin(fd, DWARF_C_READ);
    Dwarf_CU* cu = nullptr;
    std::uint8_t type = 0;
    Dwarf_Die skeleton;
    Dwarf_Die joined;
    ASSERT_EQ(dwarf_get_units(dwarf, nullptr, &cu, nullptr, &type, &skeleton, &joined), 0);
    ASSERT_NE(joined.addr, nullptr);
    const auto package = DwarfPackage::open(dir / "moved.dwp");
    ASSERT_NE(package, nullptr);
    const auto unit = package->find(first_unit_id(program(split)));
    ASSERT_TRUE(unit.has_value());
    const SplitRanges ranges(skeleton, unit->range_lists);
    const auto ours = all(unit->root, [&ranges](Dwarf_Die& die) { return ranges.of(die); });
    EXPECT_EQ(ours, all(joined, &read_by_libdw)) << split;
    std::size_t with_several = 0;
    for (const Ranges& of_one : ours) with_several += of_one.size() > 1 ? 1 : 0;
    EXPECT_GT(with_several, 0U) << split;
    dwarf_end(dwarf);
    ::close(fd);
  }
}

}  // namespace
}  // namespace bucketprof::symbolize
