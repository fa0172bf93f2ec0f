// SPDX-License-Identifier: Apache-2.0
//
// A line about the functions of a known hash table.
#pragma once

#include <string_view>

#include "profiler/recognize/known_tables.h"

namespace bucketprof::recognize {

/// The table, the qualified name of the function (no template arguments; a star at the end matches anything), the part
/// that it allocates, and the cause. Of the table's frames, the innermost with a part determines the part, and the
/// innermost with a cause the cause, except that `hint`, and before it `copy` and `shrink`, override other causes of
/// arrays. So a function that the table itself calls to grow must not have one of these.
struct TablePattern {
  const Implementation* table;
  std::string_view name;
  PartName part = "";
  CauseName cause = "";
  bool common = false;           // other code may have this name, too: it counts only if the table called it
  CauseName alone = "";          // cause if no function of the table called it: users do, or a tail call has no frame
  bool keys = false;             // what it allocates itself is not the table's: text of keys
  bool anchors = false;          // a common name that counts if it called another common one of the table
  std::string_view source = "";  // a common function that is defined in a file of this name is the table's
};

}  // namespace bucketprof::recognize
