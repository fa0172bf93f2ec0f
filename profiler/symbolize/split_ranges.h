// SPDX-License-Identifier: Apache-2.0
//
// The address ranges of the functions of a split unit that libdw has not joined to its skeleton (one from a package).
// Their addresses are numbers of entries in a table of the program's file (DWARF 5, sections 2.17.3 and 7.25 to 7.28;
// GNU's forms of DWARF 4). Thread-compatible.
#pragma once

#include <elfutils/libdw.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace bucketprof::symbolize {

class SplitRanges {
 public:
  /// Borrows both. `range_lists`: the unit's .debug_rnglists.dwo.
  SplitRanges(Dwarf_Die skeleton, std::span<const std::byte> range_lists);

  /// First address and one past the last of each range, not empty ones. Damaged data gives fewer.
  [[nodiscard]] std::vector<std::pair<std::uint64_t, std::uint64_t>> of(Dwarf_Die& die) const;

 private:
  using Ranges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

  [[nodiscard]] std::optional<std::uint64_t> entry(std::uint64_t number) const;
  [[nodiscard]] std::optional<std::uint64_t> address(Dwarf_Die& die, unsigned attribute) const;
  void read_list(std::uint64_t offset, Ranges& ranges) const;
  void read_pairs(std::uint64_t offset, Ranges& ranges) const;

  std::span<const std::byte> addresses_;    // the program's .debug_addr, from the unit's first entry on
  std::span<const std::byte> range_lists_;  // DWARF 5
  std::span<const std::byte> pairs_;        // DWARF 4: the program's .debug_ranges, from the unit's first on
  std::uint64_t base_ = 0;                  // the unit's first address
};

}  // namespace bucketprof::symbolize
