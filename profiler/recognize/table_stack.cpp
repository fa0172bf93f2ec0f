// SPDX-License-Identifier: Apache-2.0
//
// A call stack is read from the leaf: first the frames of allocators, then those of
// one table, up to the first frame of other code.
#include "profiler/recognize/table_stack.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "profiler/base/demangle.h"
#include "profiler/recognize/table_type.h"
#include "profiler/tables/std_node.h"

namespace bucketprof::recognize {
namespace {

using hashmap::Cause;
using hashmap::Part;
using tables::Kind;
using tables::StdNodeArrays;

/// Whether frames of both may be of one table.
bool is_same(const Implementation& a, const Implementation& b) {
  return &a == &b || a.name == b.name || (!a.library.empty() && a.library == b.library);
}

/// Which cause says more of an array: growing is how a reserve() or a copy is done, and a copy reserves.
int weight_of(std::optional<Cause> cause) {
  if (cause == Cause::kCopy || cause == Cause::kShrink) return 2;
  return cause == Cause::kHint ? 1 : 0;
}

void add_facts(const Role& role, StackTable& found) {
  if (!found.part) found.part = role.part;
  const bool is_array = found.part != Part::kNodes && found.part != Part::kOverflow;
  if (is_array && role.cause == Cause::kNode) return;  // the function also grows the array
  if (!found.cause || (is_array && weight_of(role.cause) > weight_of(found.cause))) found.cause = role.cause;
}

}  // namespace

StackTable StackReader::read(std::size_t sample, std::int64_t bytes) {
  Reading reading;
  for (const model::LocationId id : profile_.stack(sample)) {
    const auto& lines = profile_.locations[id].lines;
    if (lines.empty() && !take_nameless(reading)) return finish(reading, bytes);
    for (const model::Line& line : lines) {
      if (!take(line.function, reading)) return finish(reading, bytes);
    }
  }
  return finish(reading, bytes);
}

bool StackReader::is_unnamed(std::size_t sample) const {
  for (const model::LocationId id : profile_.stack(sample)) {
    const auto& lines = profile_.locations[id].lines;
    if (lines.empty()) return true;
    for (const model::Line& line : lines) {
      const Owner owner = roles_[line.function].owner;
      if (owner == Owner::kAllocator) continue;
      if (owner == Owner::kNameless) return true;
      return (owner == Owner::kUser || owner == Owner::kCommon) && profile_.functions[line.function].file == 0;
    }
  }
  return false;
}

bool StackReader::take_nameless(Reading& reading) {
  reading.nameless = true;
  return reading.found.table == nullptr && reading.common == 0;
}

/// Returns false to stop reading: the frame is not the table's and does not lead to one.
bool StackReader::take(model::FunctionId function, Reading& reading) {
  const Role& role = roles_[function];
  StackTable& found = reading.found;
  const bool is_anchor = role.anchors && found.table == nullptr && reading.common > 0;
  if (role.owner == Owner::kTable || is_anchor) {
    if (found.table != nullptr && !is_same(*found.table, *role.table)) return false;
    if (found.table == nullptr) {
      if (reading.vectors && !role.table->in_vectors) return false;
      if (role.allocates_keys && reading.common == 0) return false;
      if (reading.vectors) {
        found.part = reading.vector_part;
        if (found.part == Part::kOverflow) found.cause = Cause::kOverflow;
      }
      for (std::size_t i = 0; i < reading.common; ++i) {
        const Role* common = roles_.common(reading.commons[i], role.table);
        if (common == nullptr) return false;
        add_facts(*common, found);
      }
    }
    if (found.table == nullptr) found.table = role.table;
    add_facts(role, found);
    // What one of its tables takes, and needs, is not what the program gives or asks of the whole.
    reading.is_part = reading.is_part || role.table->kind == Kind::kUnknown;
    reading.outermost_cause = role.cause;
    const bool is_described = profile_.functions[function].file != 0;
    reading.alone = is_described ? role.alone : std::nullopt;
    reading.outermost_is_cxx =
        is_described && profile_.str(profile_.functions[function].name).find("::") != std::string_view::npos;
    if (found.name == 0) name_by(function, found);
    return true;
  }
  if (found.table != nullptr) {
    const Role* common = roles_.common(function, found.table);
    if (common == nullptr) return false;
    add_facts(*common, found);
    reading.alone = common->alone;
    return true;
  }
  switch (role.owner) {
    case Owner::kAllocator:
      return reading.common == 0;
    case Owner::kVector:
      reading.vectors = true;
      if (role.part) reading.vector_part = role.part;
      return reading.common == 0;
    case Owner::kCommon:
      if (reading.common == reading.commons.size()) return false;
      reading.commons[reading.common++] = function;
      return true;
    case Owner::kNameless:
      return take_nameless(reading);
    default:
      return false;
  }
}

void StackReader::name_by(model::FunctionId function, StackTable& found) {
  Type& type = types_[function];
  if (!type.is_known) {
    type.is_known = true;
    const model::Function& named = profile_.functions[function];
    const std::string full = demangled(std::string(profile_.str(named.system_name)));
    const TableType read = table_type(full.find('<') == std::string::npos ? profile_.str(named.name) : full);
    const std::string_view mark = found.table->node_mark;
    type.is_node = !mark.empty() && read.policy.find(mark) != std::string::npos;
    std::string entry = read.entry;
    std::replace(entry.begin(), entry.end(), ',', ';');
    if (!entry.empty()) type.name = texts_.id(entry);
  }
  found.name = type.name;
  if (type.is_node) found.kind = found.table->node_kind;
}

StackTable StackReader::finish(const Reading& reading, std::int64_t bytes) {
  StackTable found = reading.found;
  // Without a part, the block may be from other code that was inlined into the table's. A nameless frame that a
  // node-allocating function called may be such code, too.
  if (found.table == nullptr || !found.part || (reading.nameless && found.part == Part::kNodes)) return {};
  if (found.kind == Kind::kUnknown) found.kind = found.table->kind;
  // No table function called the one that grows: it was the tail call of a reserve(). An insertion continues after
  // growing, so it would be on the stack.
  const bool is_array = found.part == Part::kBuckets || found.part == Part::kOther;
  if (reading.outermost_cause == Cause::kRehash && reading.outermost_is_cxx && is_array) {
    found.cause = Cause::kHint;
  }
  if (is_array && weight_of(reading.alone) > weight_of(found.cause)) found.cause = reading.alone;
  if (found.part == Part::kBuckets && found.kind == Kind::kStdNode && found.cause == Cause::kRehash &&
      bytes == std::int64_t{StdNodeArrays::bytes(StdNodeArrays{}.first_slots())}) {
    found.cause = Cause::kFirstInsert;
  }
  if (found.name == 0) found.name = texts_.id(found.table->name);
  if (reading.is_part) found.kind = Kind::kUnknown;
  return found;
}

}  // namespace bucketprof::recognize
