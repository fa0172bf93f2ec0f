// SPDX-License-Identifier: Apache-2.0
#include "profiler/testing/used.h"

#include <utility>

namespace bucketprof::testing {

Amounts& Amounts::operator+=(const Amounts& other) noexcept {
  allocated_objects += other.allocated_objects;
  allocated_bytes += other.allocated_bytes;
  inuse_objects += other.inuse_objects;
  inuse_bytes += other.inuse_bytes;
  slack_bytes += other.slack_bytes;
  inuse_slack_bytes += other.inuse_slack_bytes;
  return *this;
}

Used::Used(std::vector<UsedRow> rows, std::optional<std::int64_t> peak, std::string fault)
    : rows_(std::move(rows)), peak_(peak), fault_(std::move(fault)) {
  for (const UsedRow& row : rows_) sum_ += row.amounts;
}

std::int64_t Used::rehashes() const noexcept {
  std::int64_t sum = 0;
  for (const UsedRow& row : rows_) {
    if (row.part == Part::kBuckets && hashmap::replaces_array(row.cause)) sum += row.amounts.allocated_objects;
  }
  return sum;
}

std::int64_t Used::tables() const noexcept {
  std::int64_t sum = 0;
  for (const UsedRow& row : rows_) {
    if (row.part == Part::kBuckets && hashmap::begins_table(row.cause)) sum += row.amounts.allocated_objects;
  }
  return sum;
}

Used Used::only(const std::function<bool(const UsedRow&)>& wanted) const {
  std::vector<UsedRow> rows;
  for (const UsedRow& row : rows_) {
    if (wanted(row)) rows.push_back(row);
  }
  const bool all = rows.size() == rows_.size();
  return {std::move(rows), all ? peak_ : std::nullopt, fault_};
}

Used Used::of_table(std::string_view name) const {
  return only([name](const UsedRow& row) { return row.table == name; });
}
Used Used::of_part(Part part) const {
  return only([part](const UsedRow& row) { return row.part == part; });
}
Used Used::of_cause(Cause cause) const {
  return only([cause](const UsedRow& row) { return row.cause == cause; });
}

}  // namespace bucketprof::testing
