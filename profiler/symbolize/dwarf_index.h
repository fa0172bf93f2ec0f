// SPDX-License-Identifier: Apache-2.0
//
// Maps a code address to the chain of functions that are inlined there, from DWARF. Units are listed once; the
// functions of a unit are indexed when its first address is looked up. Thread-compatible. Borrows the Dwarf handle,
// which must outlive the index; addresses are those of that handle.
#pragma once

#include <elfutils/libdw.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "profiler/symbolize/dwarf_package.h"
#include "profiler/symbolize/function_name.h"
#include "profiler/symbolize/range_map.h"
#include "profiler/symbolize/split_ranges.h"

namespace bucketprof::symbolize {

/// One function at an address. The pointers are valid as long as the index and its Dwarf handle.
struct DwarfFrame {
  const FunctionName* function = nullptr;  // nullptr if DWARF has the line but not the function
  std::string_view file;
  std::int64_t line = 0;
};

class DwarfIndex {
 public:
  /// `packages`: where the functions of split units are looked for that libdw has not found; the first that exists.
  explicit DwarfIndex(Dwarf* dwarf, std::vector<std::filesystem::path> packages = {});

  /// Innermost first; the last is the real function. Empty if no unit covers the address. Damaged DWARF gives fewer
  /// frames or none, never an error.
  [[nodiscard]] std::vector<DwarfFrame> frames(std::uint64_t address);

  /// Files of split debug information (.dwo) that frames() needed but that are missing.
  [[nodiscard]] const std::set<std::string>& missing_files() const { return missing_files_; }

 private:
  struct Enclosing {
    Dwarf_Die die;       // a namespace, class or function
    std::size_t parent;  // index into Unit::scopes; 0 is the unit itself
  };
  struct Unit {
    Dwarf_Die line_die;                   // has the line table and the ranges
    Dwarf_Die tree_die;                   // has the functions; differs from line_die in split DWARF
    bool is_split = false;                // true if the .dwo file with its functions is missing
    std::unique_ptr<SplitRanges> ranges;  // if its functions are from a package
    bool indexed = false;
    RangeMap<Dwarf_Die> functions;
    std::vector<Enclosing> scopes;                               // scopes that contain functions
    std::unordered_map<const void*, std::size_t> scope_of_name;  // of functions without a linkage name, by DIE
  };
  struct InlinedScope {
    Dwarf_Die die;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
    std::size_t end;  // one past the last scope inside this one
  };

  void list_units(Dwarf* dwarf);
  void index(Unit& unit);
  std::optional<DwarfPackage::Unit> find_in_package(const Unit& unit);
  void join(Unit& unit);
  void walk(Unit& unit, Dwarf_Die parent, std::size_t scope, int depth);
  void collect_inlined(const Unit& unit, Dwarf_Die parent, int depth);
  void open_function(const Unit& unit, const Dwarf_Die& function);
  std::string_view file_of(Dwarf_Attribute* attribute);
  void call_site(Dwarf_Die& die, DwarfFrame& caller);
  std::string scope_of(const Dwarf_Die& die, int depth);
  const FunctionName* name_of(Dwarf_Die die, int depth = 0);

  std::deque<Unit> units_;
  RangeMap<Unit*> by_address_;
  std::unordered_map<const void*, Unit*> by_root_;
  std::unordered_map<const void*, FunctionName> names_;
  const void* open_function_ = nullptr;  // the function whose inlined scopes are in inlined_
  std::vector<InlinedScope> inlined_;    // in tree order
  std::set<std::string> missing_files_;
  std::vector<std::filesystem::path> package_files_;  // not tried yet
  std::unique_ptr<DwarfPackage> package_;
};

}  // namespace bucketprof::symbolize
