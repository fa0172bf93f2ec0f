// SPDX-License-Identifier: Apache-2.0
#include "profiler/analyze/notes.h"

#include <array>

#include "profiler/base/saturating.h"

namespace bucketprof::analyze {
namespace {

constexpr std::int64_t kMany = 1000;            // tables, or first arrays
constexpr std::int64_t kFew = 4;                // nodes of a table
constexpr std::int64_t kLeastBytes = 64 << 10;  // of arrays
constexpr std::int64_t kMuch = 8;               // slots for each node; bytes allocated for each in use

}  // namespace

std::string_view name_of(NoteId id) {
  constexpr std::array<std::string_view, 3> kNames{"few_entries", "reserved", "many_first_arrays"};
  return kNames[static_cast<std::size_t>(id)];
}

void FirstArrays::add(const facts::SampleFacts& facts) {
  if (facts.part != hashmap::Part::kBuckets || !hashmap::begins_table(facts.cause)) return;
  const auto& values = facts.amounts.values;
  add_saturated(arrays, values[model::kAllocObjects]);
  add_saturated(bytes, values[model::kAllocSpace]);
  add_saturated(in_use, values[model::kInuseSpace]);
  if (facts.cause == hashmap::Cause::kHint) add_saturated(hinted, values[model::kAllocObjects]);
  std::int64_t of_all = 0;
  if (facts.slots <= 0 || __builtin_mul_overflow(facts.slots, values[model::kAllocObjects], &of_all)) {
    knows_slots = false;
  } else {
    add_saturated(slots, of_all);
  }
}

/// At most kFew nodes a table. Numbers in files may be any, so they are not multiplied.
static bool has_few_entries(const NotedTable& table) {
  return table.nodes / kFew + (table.nodes % kFew != 0 ? 1 : 0) <= table.tables;
}

std::vector<NoteId> notes_on(const FirstArrays& first, const NotedTable& table) {
  std::vector<NoteId> notes;
  // Sampling may miss the few nodes, or tables, that a note is about.
  const bool counts_nodes = table.has_nodes && table.sees_nodes;
  if (counts_nodes && first.knows_slots && first.arrays > 0 && first.hinted == first.arrays &&
      first.bytes >= kLeastBytes && table.nodes < first.slots / kMuch)
    notes.push_back(NoteId::kReserved);
  if (counts_nodes && table.tables >= kMany && first.arrays > table.tables / 2 && has_few_entries(table)) {
    notes.push_back(NoteId::kFewEntries);
    return notes;
  }
  if (first.arrays >= kMany && first.bytes >= kLeastBytes && first.bytes / kMuch >= first.in_use)
    notes.push_back(NoteId::kManyFirst);
  return notes;
}

}  // namespace bucketprof::analyze
