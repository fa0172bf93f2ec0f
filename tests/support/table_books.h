// SPDX-License-Identifier: Apache-2.0
//
// What a profile of now must say of the tables of one name: blocks and bytes as the counting layer saw them, entries
// and slack as the containers say. Failures are GoogleTest's. Thread-compatible.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "profiler/alloc/kind.h"
#include "profiler/alloc/table.h"
#include "tests/support/counting.h"
#include "tests/support/totals.h"

namespace bucketprof::tests {

struct Books {
  std::string name;
  int layer = 0;  // of counting.h
  Kind kind = Kind::kUnknown;
  std::uint32_t entry_bytes = 0;
  std::uint64_t in_nodes = 0;  // entries that have a node, of all tables of the name
  /// By table: entries that its allocator made and has not destroyed. Those of a table that another one's were moved
  /// into are fewer than its size.
  struct Table {
    alloc::TableId id = 0;
    std::uint64_t entries = 0;
  };
  std::vector<Table> tables;
};

/// Whether entries lie in bucket blocks, so that slack depends on how many the table counts.
[[nodiscard]] bool is_flat(Kind kind);

void expect_profile_says(const Books& books);

/// After the last table is gone: nothing is in use, and all that was allocated is in the profile.
void expect_all_gone(const Books& books);

[[nodiscard]] Counts counts_of(const Values& values);

}  // namespace bucketprof::tests
