// SPDX-License-Identifier: Apache-2.0
#include "tests/support/table_books.h"

#include <gtest/gtest.h>

#include "profiler/model/validate.h"
#include "profiler/profiler.h"
#include "profiler/tables/names.h"

namespace bucketprof::tests {
namespace {

using hashmap::Part;

constexpr std::array kBookParts{Part::kBuckets, Part::kOverflow, Part::kNodes, Part::kOther};

void expect_kind(const model::Profile& profile, const Books& books) {
  std::int64_t slots = 0;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    if (label_text(profile, i, model::kLabelTable) != books.name) continue;
    ASSERT_EQ(label_text(profile, i, model::kLabelKind), tables::name_of(books.kind));
    const bool array = label_text(profile, i, model::kLabelPart) == tables::name_of(Part::kBuckets);
    ASSERT_EQ(label_number(profile, i, model::kLabelPeak) >= 0, array && tables::tells_entries(books.kind));
    if (array) slots += label_number(profile, i, model::kLabelSlots) * profile.values(i)[model::kInuseObjects];
  }
  if (books.slots) {
    ASSERT_EQ(static_cast<std::uint64_t>(slots), *books.slots);
  }
}

}  // namespace

bool is_flat(Kind kind) {
  return tables::entries_of(kind) == tables::Entries::kInArrays && tables::tells_entries(kind) &&
         kind != Kind::kAnkerlDense;
}

Counts counts_of(const Values& values) {
  return {values[model::kAllocObjects], values[model::kAllocSpace], values[model::kInuseObjects],
          values[model::kInuseSpace]};
}

void expect_profile_says(const Books& books) {
  const model::Profile profile = snapshot(At::kNow);
  for (const Part part : kBookParts) {
    ASSERT_EQ(counts_of(totals(profile, books.name, tables::name_of(part))), counted(books.layer, part))
        << tables::name_of(part);
  }
  ASSERT_NO_FATAL_FAILURE(expect_kind(profile, books));
  std::uint64_t credited = books.in_nodes;
  for (const Books::Table& table : books.tables) {
    if (is_flat(books.kind) && table.has_array) credited += table.entries;
    const alloc::TableHandle* handle = alloc::find_handle(table.id);
    ASSERT_EQ(handle == nullptr ? 0 : handle->entries.load(), table.entries);
  }
  const Values sum = totals(profile, books.name);
  const Counts blocks = counted(books.layer);
  const std::int64_t entry = books.entry_bytes;
  Counts untold;
  for (const Part part : kBookParts) {
    if (tables::tells_slack(books.kind, part)) continue;
    untold.inuse_space += counted(books.layer, part).inuse_space;
    untold.alloc_space += counted(books.layer, part).alloc_space;
  }
  ASSERT_EQ(sum[model::kInuseSlack],
            blocks.inuse_space - untold.inuse_space - static_cast<std::int64_t>(credited) * entry);
  if (!is_flat(books.kind)) {
    const Counts nodes = counted(books.layer, Part::kNodes);
    ASSERT_EQ(static_cast<std::uint64_t>(nodes.inuse_objects), books.in_nodes);
    // Arrays hold no entries, and each node holds one at all times.
    ASSERT_EQ(sum[model::kAllocSlack], blocks.alloc_space - untold.alloc_space - nodes.alloc_objects * entry);
  }
  const Status valid = model::validate_ours(profile);
  ASSERT_TRUE(valid.ok()) << valid.error();
}

void expect_all_gone(const Books& books) {
  const Values gone = totals(snapshot(At::kNow), books.name);
  EXPECT_EQ(counts_of(gone), counted(books.layer)) << books.name;
  EXPECT_EQ(gone[model::kInuseObjects], 0) << books.name;
  EXPECT_EQ(gone[model::kInuseSlack], 0) << books.name;
  EXPECT_GT(gone[model::kAllocObjects], 0) << books.name;
}

}  // namespace bucketprof::tests
