// SPDX-License-Identifier: Apache-2.0
//
// libdw's own lookup of scopes traverses the whole unit for each address. So each unit is traversed once for its
// functions, and each function once for its inlined scopes, which consecutive addresses in sorted order then share. The
// recursion depth is limited, because damaged files may have deep trees.
#include "profiler/symbolize/dwarf_index.h"

#include <dwarf.h>

#include <filesystem>
#include <utility>

#include "profiler/base/cxx_name.h"

namespace bucketprof::symbolize {
namespace {

constexpr int kMaxDepth = 200;

/// `split`: of a unit that libdw has not joined to its skeleton, otherwise nullptr.
template <class Add>
void each_range(Dwarf_Die& die, const SplitRanges* split, const Add& add) {
  if (split != nullptr) {
    for (const auto& [low, high] : split->of(die)) add(low, high);
    return;
  }
  Dwarf_Addr base = 0;
  Dwarf_Addr low = 0;
  Dwarf_Addr high = 0;
  ptrdiff_t offset = 0;
  while ((offset = dwarf_ranges(&die, offset, &base, &low, &high)) > 0) add(low, high);
}

template <class Visit>
void each_child(Dwarf_Die parent, const Visit& visit) {
  Dwarf_Die child;
  if (dwarf_child(&parent, &child) != 0) return;
  do {
    visit(child);
  } while (dwarf_siblingof(&child, &child) == 0);
}

const char* linkage_name(Dwarf_Die& die) {
  Dwarf_Attribute attribute;
  if (dwarf_attr_integrate(&die, DW_AT_linkage_name, &attribute) == nullptr &&
      dwarf_attr_integrate(&die, DW_AT_MIPS_linkage_name, &attribute) == nullptr) {
    return nullptr;
  }
  return dwarf_formstring(&attribute);
}

bool has_own(Dwarf_Die& die, unsigned attribute) { return dwarf_hasattr(&die, attribute) != 0; }

std::string_view text_or_empty(const char* text) {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

// An unnamed type with a call operator is a lambda. DWARF does not have the compiler's number for it, so its line
// distinguishes the lambdas of one function.
std::string unnamed_scope(Dwarf_Die& scope) {
  if (dwarf_tag(&scope) == DW_TAG_namespace) return "(anonymous namespace)";
  bool is_lambda = false;
  each_child(scope, [&is_lambda](Dwarf_Die& member) {
    is_lambda =
        is_lambda || (dwarf_tag(&member) == DW_TAG_subprogram && text_or_empty(dwarf_diename(&member)) == "operator()");
  });
  int line = 0;
  if (!is_lambda) return "{unnamed type}";
  return dwarf_decl_line(&scope, &line) == 0 ? "{lambda:" + std::to_string(line) + "}" : "{lambda}";
}

// The expected path of the .dwo file with a skeleton unit's functions.
std::string split_file(Dwarf_Die& skeleton) {
  Dwarf_Attribute attribute;
  const auto text = [&](unsigned name) {
    return text_or_empty(dwarf_formstring(dwarf_attr(&skeleton, name, &attribute)));
  };
  const std::string_view name = text(DW_AT_dwo_name).empty() ? text(DW_AT_GNU_dwo_name) : text(DW_AT_dwo_name);
  return (std::filesystem::path(text(DW_AT_comp_dir)) / name).lexically_normal().native();
}

}  // namespace

DwarfIndex::DwarfIndex(Dwarf* dwarf, std::vector<std::filesystem::path> packages)
    : package_files_(std::move(packages)) {
  list_units(dwarf);
}

void DwarfIndex::list_units(Dwarf* dwarf) {
  Dwarf_CU* cu = nullptr;
  Dwarf_CU* next = nullptr;
  std::uint8_t type = 0;
  Dwarf_Die root;
  Dwarf_Die split;
  while (dwarf_get_units(dwarf, cu, &next, nullptr, &type, &root, &split) == 0) {
    cu = next;
    if (type == DW_UT_type || type == DW_UT_split_type) continue;
    Unit& unit = units_.emplace_back();
    unit.line_die = root;
    unit.is_split = type == DW_UT_skeleton && split.addr == nullptr;
    unit.tree_die = type == DW_UT_skeleton && !unit.is_split ? split : root;
    by_root_.emplace(unit.tree_die.addr, &unit);
    each_range(root, nullptr, [&](std::uint64_t low, std::uint64_t high) { by_address_.add(low, high, &unit); });
  }
  by_address_.seal();
}

// A package is opened when the first unit needs it; the first file that can be read is the one that is used.
std::optional<DwarfPackage::Unit> DwarfIndex::find_in_package(const Unit& unit) {
  std::uint64_t id = 0;
  Dwarf_Die root;
  if (dwarf_cu_die(unit.line_die.cu, &root, nullptr, nullptr, nullptr, nullptr, &id, nullptr) == nullptr) return {};
  for (; package_ == nullptr && !package_files_.empty(); package_files_.erase(package_files_.begin()))
    package_ = DwarfPackage::open(package_files_.front());
  return package_ == nullptr ? std::nullopt : package_->find(id);
}

void DwarfIndex::join(Unit& unit) {
  const auto found = unit.is_split ? find_in_package(unit) : std::nullopt;
  if (!found) return;
  unit.is_split = false;
  unit.tree_die = found->root;
  unit.ranges = std::make_unique<SplitRanges>(unit.line_die, found->range_lists);
  by_root_.emplace(unit.tree_die.addr, &unit);
}

void DwarfIndex::index(Unit& unit) {
  if (unit.indexed) return;
  unit.indexed = true;
  join(unit);
  unit.scopes.push_back({unit.tree_die, 0});
  walk(unit, unit.tree_die, 0, 0);
  unit.functions.seal();
}

void DwarfIndex::walk(Unit& unit, Dwarf_Die parent, std::size_t scope, int depth) {
  if (depth > kMaxDepth) return;
  each_child(parent, [&](Dwarf_Die& die) {
    const int tag = dwarf_tag(&die);
    switch (tag) {
      case DW_TAG_subprogram:
        each_range(die, unit.ranges.get(),
                   [&](std::uint64_t low, std::uint64_t high) { unit.functions.add(low, high, die); });
        if (scope != 0 && has_own(die, DW_AT_name) && !has_own(die, DW_AT_linkage_name)) {
          unit.scope_of_name.emplace(die.addr, scope);
        }
        [[fallthrough]];
      case DW_TAG_namespace:
      case DW_TAG_class_type:
      case DW_TAG_structure_type:
      case DW_TAG_union_type:
        if (dwarf_haschildren(&die) <= 0) break;
        unit.scopes.push_back({die, scope});
        walk(unit, die, unit.scopes.size() - 1, depth + 1);
        break;
      case DW_TAG_module:
      case DW_TAG_lexical_block:
      case DW_TAG_try_block:
      case DW_TAG_catch_block:
        walk(unit, die, scope, depth + 1);
        break;
      default:
        break;
    }
  });
}

void DwarfIndex::collect_inlined(const Unit& unit, Dwarf_Die parent, int depth) {
  if (depth > kMaxDepth) return;
  each_child(parent, [&](Dwarf_Die& die) {
    switch (dwarf_tag(&die)) {
      case DW_TAG_inlined_subroutine: {
        const std::size_t at = inlined_.size();
        inlined_.push_back({die, {}, 0});
        each_range(die, unit.ranges.get(),
                   [&](std::uint64_t low, std::uint64_t high) { inlined_[at].ranges.emplace_back(low, high); });
        collect_inlined(unit, die, depth + 1);
        inlined_[at].end = inlined_.size();
        break;
      }
      case DW_TAG_lexical_block:
      case DW_TAG_try_block:
      case DW_TAG_catch_block:
        collect_inlined(unit, die, depth + 1);
        break;
      default:
        break;
    }
  });
}

void DwarfIndex::open_function(const Unit& unit, const Dwarf_Die& function) {
  if (open_function_ == function.addr) return;
  open_function_ = function.addr;
  inlined_.clear();
  collect_inlined(unit, function, 0);
}

// The file whose number the attribute gives, from the file table of the attribute's unit; "" if `attribute` is null.
// dwarf_decl_file does the same, but terminates the process for a unit of split DWARF. A unit of a package may have no
// table of its own, and then means its skeleton's.
std::string_view DwarfIndex::file_of(Dwarf_Attribute* attribute) {
  Dwarf_Word number = 0;
  if (attribute == nullptr || dwarf_formudata(attribute, &number) != 0) return {};
  Dwarf_Die unit;
  Dwarf_Files* files = nullptr;
  std::size_t count = 0;
  if (dwarf_cu_die(attribute->cu, &unit, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr) == nullptr) return {};
  if (dwarf_getsrcfiles(&unit, &files, &count) != 0) {
    const auto known = by_root_.find(unit.addr);
    if (known == by_root_.end() || known->second->ranges == nullptr) return {};
    if (dwarf_getsrcfiles(&known->second->line_die, &files, &count) != 0) return {};
  }
  return text_or_empty(dwarf_filesrc(files, number, nullptr, nullptr));
}

// Sets the location of the call that was inlined as `die`.
void DwarfIndex::call_site(Dwarf_Die& die, DwarfFrame& caller) {
  Dwarf_Attribute attribute;
  Dwarf_Word value = 0;
  if (dwarf_formudata(dwarf_attr(&die, DW_AT_call_line, &attribute), &value) == 0)
    caller.line = static_cast<std::int64_t>(value);
  caller.file = file_of(dwarf_attr(&die, DW_AT_call_file, &attribute));
}

std::vector<DwarfFrame> DwarfIndex::frames(std::uint64_t address) {
  Unit* const* found = by_address_.find(address);
  if (found == nullptr) return {};
  Unit& unit = **found;
  index(unit);
  if (unit.is_split) missing_files_.insert(split_file(unit.line_die));

  DwarfFrame innermost;
  if (Dwarf_Line* line = dwarf_getsrc_die(&unit.line_die, address); line != nullptr) {
    int number = 0;
    if (dwarf_lineno(line, &number) == 0) innermost.line = number;
    innermost.file = text_or_empty(dwarf_linesrc(line, nullptr, nullptr));
  }
  const Dwarf_Die* function = unit.functions.find(address);
  if (function == nullptr) return {innermost};

  std::vector<Dwarf_Die> chain{*function};  // outermost first
  open_function(unit, *function);
  for (std::size_t i = 0, end = inlined_.size(); i < end;) {
    const InlinedScope& scope = inlined_[i];
    bool inside = false;
    for (const auto& [low, high] : scope.ranges) inside = inside || (low <= address && address < high);
    if (inside) {
      chain.push_back(scope.die);
      end = scope.end;
      ++i;
    } else {
      i = scope.end;
    }
  }
  std::vector<DwarfFrame> frames;
  for (std::size_t i = chain.size(); i-- > 0;) {
    DwarfFrame frame = i + 1 == chain.size() ? innermost : DwarfFrame();
    if (i + 1 < chain.size()) call_site(chain[i + 1], frame);
    frame.function = name_of(chain[i]);
    frames.push_back(frame);
  }
  return frames;
}

std::string DwarfIndex::scope_of(const Dwarf_Die& die, int depth) {
  Dwarf_Die origin = die;  // becomes the DIE that has the name
  Dwarf_Attribute attribute;
  for (int i = 0; i < kMaxDepth && !has_own(origin, DW_AT_name); ++i) {
    Dwarf_Die next;
    if (dwarf_formref_die(dwarf_attr(&origin, DW_AT_abstract_origin, &attribute), &next) == nullptr &&
        dwarf_formref_die(dwarf_attr(&origin, DW_AT_specification, &attribute), &next) == nullptr) {
      return {};
    }
    origin = next;
  }
  Dwarf_Die root;
  if (dwarf_diecu(&origin, &root, nullptr, nullptr) == nullptr) return {};
  const auto found = by_root_.find(root.addr);
  if (found == by_root_.end()) return {};
  Unit& unit = *found->second;
  index(unit);
  const auto scope = unit.scope_of_name.find(origin.addr);
  if (scope == unit.scope_of_name.end()) return {};

  std::string prefix;
  for (std::size_t at = scope->second; at != 0; at = unit.scopes[at].parent) {
    Dwarf_Die enclosing = unit.scopes[at].die;
    const int tag = dwarf_tag(&enclosing);
    if (tag == DW_TAG_subprogram) {  // its own name includes its scope
      const FunctionName* function = depth < kMaxDepth ? name_of(enclosing, depth + 1) : nullptr;
      return (function == nullptr ? std::string() : function->name + "::") + prefix;
    }
    const char* name = dwarf_diename(&enclosing);
    prefix.insert(0, (name != nullptr ? std::string(name) : unnamed_scope(enclosing)).append("::"));
  }
  return prefix;
}

const FunctionName* DwarfIndex::name_of(Dwarf_Die die, int depth) {
  const auto known = names_.find(die.addr);
  if (known != names_.end()) return known->second.name.empty() ? nullptr : &known->second;
  FunctionName function;
  if (const char* linkage = linkage_name(die); linkage != nullptr) {
    function.system_name = linkage;
    function.name = demangle(function.system_name);
  } else if (const char* plain = dwarf_diename(&die); plain != nullptr) {
    // Functions of types that are local to one file have no linkage name. The types are in the scope.
    const std::string scope = scope_of(die, depth);
    function.system_name = scope.find('<') == std::string::npos ? plain : scope + plain;
    function.name = qualified_name(scope + plain);
  }
  int line = 0;
  if (dwarf_decl_line(&die, &line) == 0) function.line = line;
  Dwarf_Attribute attribute;
  function.file = file_of(dwarf_attr_integrate(&die, DW_AT_decl_file, &attribute));
  const auto added = names_.emplace(die.addr, std::move(function)).first;
  return added->second.name.empty() ? nullptr : &added->second;
}

}  // namespace bucketprof::symbolize
