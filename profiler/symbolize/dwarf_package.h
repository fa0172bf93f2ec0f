// SPDX-License-Identifier: Apache-2.0
//
// A DWARF package file (.dwp): the units of many .dwo files in one, with an index by unit id. The format is section
// 7.3.5 of DWARF 5, and GNU's earlier one for DWARF 4 (https://gcc.gnu.org/wiki/DebugFissionDWP). libdw reads packages
// only since 0.191; with earlier ones, as here, each unit is given to it as if it were a .dwo file. Thread-compatible.
#pragma once

#include <elfutils/libdw.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>

namespace bucketprof::symbolize {

class DwarfPackage {
 public:
  struct Unit {
    Dwarf_Die root;
    std::span<const std::byte> range_lists;  // its .debug_rnglists.dwo; empty in DWARF 4
  };

  /// nullptr if the file is missing, no package for 64 bits, damaged or compressed.
  [[nodiscard]] static std::unique_ptr<DwarfPackage> open(const std::filesystem::path& file);
  ~DwarfPackage();
  DwarfPackage(const DwarfPackage&) = delete;
  DwarfPackage& operator=(const DwarfPackage&) = delete;

  /// The compilation unit with this id (DW_AT_dwo_id), valid as long as the package. nullopt if it is not here or
  /// cannot be read.
  [[nodiscard]] std::optional<Unit> find(std::uint64_t id);

 private:
  /// Bytes of the file.
  struct Extent {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
  };
  static constexpr std::size_t kKinds = 5;  // of sections that each unit has a part of
  using Parts = std::array<Extent, kKinds>;
  struct Index;
  class Image;
  DwarfPackage();

  std::unique_ptr<Index> index_;
  std::map<std::uint64_t, std::unique_ptr<Image>> images_;  // by unit id; nullptr: cannot be read
};

}  // namespace bucketprof::symbolize
