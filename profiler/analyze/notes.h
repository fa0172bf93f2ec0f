// SPDX-License-Identifier: Apache-2.0
//
// Notes: what is a fact about tables for which findings cannot be computed (findings/silence.h). They need no more than
// blocks and bytes, and advise nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/facts/sample_facts.h"
#include "profiler/recognize/frames.h"

namespace bucketprof::analyze {

/// The names do not change, because readers of JSON may refer to them.
enum class NoteId : std::uint8_t {
  kFewEntries,  // few_entries: thousands of tables, with few nodes each
  kReserved,    // reserved: arrays with far more slots than nodes ever came
  kManyFirst,   // many_first_arrays: one line made thousands of first arrays, most of them gone
};
[[nodiscard]] std::string_view name_of(NoteId id);

/// All numbers are counts over the whole run, unless they say otherwise.
struct Note {
  NoteId id = NoteId::kFewEntries;
  std::string table;
  std::string kind;
  recognize::Frame site;    // the line that allocated the arrays
  std::int64_t arrays = 0;  // first arrays that it allocated
  std::int64_t bytes = 0;   // of these arrays
  std::int64_t in_use = 0;  // of these, bytes in use at the profile's moment
  std::int64_t slots = 0;   // of these arrays; 0: not known
  std::int64_t nodes = 0;   // that all tables of this name ever allocated
};

/// First arrays of one table's name, allocated by one line.
struct FirstArrays {
  std::int64_t arrays = 0;
  std::int64_t bytes = 0;
  std::int64_t in_use = 0;
  std::int64_t slots = 0;
  std::int64_t hinted = 0;  // of `arrays`, those that were reserved
  bool knows_slots = true;

  void add(const facts::SampleFacts& facts);
};

/// What notes need to know of the tables of one name.
struct NotedTable {
  std::int64_t nodes = 0;   // ever allocated
  std::int64_t tables = 0;  // ever made; 0: not known
  bool sees_nodes = false;  // every block was recorded, and no node can have been missed for want of names
  bool has_nodes = false;   // its kind keeps each entry in a node
};

/// The ids of the notes on first arrays of a line; `slots` are those of all.
[[nodiscard]] std::vector<NoteId> notes_on(const FirstArrays& first, const NotedTable& table);

}  // namespace bucketprof::analyze
