// SPDX-License-Identifier: Apache-2.0
//
// Checks what a profile taken now shows of the tables of one name: blocks and bytes must be those of the counting
// layer, entries and slack those of the containers. Failures are GoogleTest's. Thread-compatible.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "profiler/alloc/table.h"
#include "profiler/tables/kind.h"
#include "tests/support/counting.h"
#include "tests/support/totals.h"

namespace bucketprof::tests {

struct Books {
  std::string name;
  int layer = 0;  // see counting.h
  Kind kind = Kind::kUnknown;
  std::uint32_t entry_bytes = 0;
  std::uint64_t in_nodes = 0;  // entries in nodes, of all tables of the name
  /// `entries`: constructed by the table's allocator and not yet destroyed. They are fewer than the table's size if it
  /// took over entries of another table (merge).
  struct Table {
    alloc::TableId id = 0;
    std::uint64_t entries = 0;
    bool has_array = true;  // false: its entries, if any, are in the table itself
  };
  std::vector<Table> tables;
  std::optional<std::uint64_t> slots =
      0;  // of the arrays of all of them, as the containers say; nullopt if they do not
};

/// Whether entries are in the bucket blocks, so that slack depends on how many the table has.
[[nodiscard]] bool is_flat(Kind kind);

void expect_profile_says(const Books& books);

/// After all tables are destroyed: nothing is in use, and everything that was allocated is in the profile.
void expect_all_gone(const Books& books);

[[nodiscard]] Counts counts_of(const Values& values);

}  // namespace bucketprof::tests
