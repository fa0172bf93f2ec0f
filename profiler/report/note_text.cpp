// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/note_text.h"

#include <fmt/format.h>

#include "profiler/report/format/units.h"

namespace bucketprof::report {
namespace {

std::string number_of(std::int64_t count, const char* what) {
  return fmt::format("{} {}{}", grouped(count), what, count == 1 ? "" : "s");
}

}  // namespace

std::string sentence_of(const analyze::Note& note) {
  const std::string came = note.nodes == 0
                               ? std::string("no node ever came to any table of the name")
                               : fmt::format("{} ever came to all tables of the name", number_of(note.nodes, "node"));
  switch (note.id) {
    case analyze::NoteId::kReserved:
      return fmt::format("this line reserved {} with {} ({}), and {}", number_of(note.arrays, "array"),
                         number_of(note.slots, "slot"), human_bytes(note.bytes), came);
    case analyze::NoteId::kFewEntries:
      return fmt::format("this line made {} of tables ({}), and {}", number_of(note.arrays, "first array"),
                         human_bytes(note.bytes), came);
    case analyze::NoteId::kManyFirst:
      break;
  }
  return fmt::format(
      "this line allocated {} for tables that it made, reserved or copied, {} in all, of which {} was in "
      "use at the moment",
      number_of(note.arrays, "array"), human_bytes(note.bytes), human_bytes(note.in_use));
}

}  // namespace bucketprof::report
