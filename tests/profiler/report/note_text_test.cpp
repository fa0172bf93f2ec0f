// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/note_text.h"

#include <gtest/gtest.h>

namespace bucketprof::report {
namespace {

TEST(NoteText, StatesWhatWasCounted) {
  analyze::Note note{.id = analyze::NoteId::kReserved,
                     .table = "t",
                     .kind = "std_node",
                     .site = {},
                     .arrays = 1,
                     .bytes = 8'450'584,
                     .in_use = 0,
                     .slots = 1'056'323,
                     .nodes = 40};
  EXPECT_EQ(sentence_of(note),
            "this line reserved 1 array with 1,056,323 slots (8.1 MiB), and 40 nodes ever came to all tables of the "
            "name");
  note.nodes = 0;
  note.arrays = 5000;
  note.id = analyze::NoteId::kFewEntries;
  EXPECT_EQ(sentence_of(note),
            "this line made 5,000 first arrays of tables (8.1 MiB), and no node ever came to any table of the name");
  note.id = analyze::NoteId::kManyFirst;
  EXPECT_EQ(
      sentence_of(note),
      "this line allocated 5,000 arrays for tables that it made, reserved or copied, 8.1 MiB in all, of which 0 B "
      "was in use at the moment");
}

}  // namespace
}  // namespace bucketprof::report
