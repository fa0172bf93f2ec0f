// SPDX-License-Identifier: Apache-2.0
//
// What hash tables allocated in a scope (scope.h) up to the call of Scope::used(): exact numbers by table, kind, part,
// cause and call site. Later allocations do not change it. Thread-compatible.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hashmap/part.h"

namespace bucketprof::testing {

using hashmap::Cause;
using hashmap::Part;

/// Blocks that were allocated in the scope. Bytes are those requested by the tables.
struct Amounts {
  std::int64_t allocated_objects = 0;
  std::int64_t allocated_bytes = 0;
  std::int64_t inuse_objects = 0;      ///< of these, still live; frees count wherever they happen
  std::int64_t inuse_bytes = 0;        ///<
  std::int64_t slack_bytes = 0;        ///< bytes that never held an entry: the minimum slack of each block over time
  std::int64_t inuse_slack_bytes = 0;  ///< bytes of live blocks that hold no entry now

  Amounts& operator+=(const Amounts& other) noexcept;
  friend bool operator==(const Amounts&, const Amounts&) = default;
};

/// All blocks of one table name, kind, part, cause and call stack.
struct UsedRow {
  std::string table;  ///< the given name, otherwise the short name of the table's value type
  std::string kind;   ///< as in profiles: "go_map", "std_node", "absl_flat", ...
  Part part = Part::kOther;
  Cause cause = Cause::kUnknown;
  Amounts amounts{};
  std::uint32_t site = 0;  ///< the recorder's site number, for text.h
};

class Used {
 public:
  Used() = default;
  /// `peak`: the high-water mark of live bytes, if known. `fault`: why the numbers are not reliable; "" if they are.
  Used(std::vector<UsedRow> rows, std::optional<std::int64_t> peak, std::string fault = "");

  /// Sums over all rows.
  [[nodiscard]] const Amounts& amounts() const noexcept { return sum_; }
  [[nodiscard]] std::int64_t allocated_objects() const noexcept { return sum_.allocated_objects; }
  [[nodiscard]] std::int64_t allocated_bytes() const noexcept { return sum_.allocated_bytes; }
  [[nodiscard]] std::int64_t inuse_objects() const noexcept { return sum_.inuse_objects; }
  [[nodiscard]] std::int64_t inuse_bytes() const noexcept { return sum_.inuse_bytes; }
  [[nodiscard]] std::int64_t slack_bytes() const noexcept { return sum_.slack_bytes; }
  [[nodiscard]] std::int64_t inuse_slack_bytes() const noexcept { return sum_.inuse_slack_bytes; }
  /// Bucket arrays that replaced another one, by growth or rehash.
  [[nodiscard]] std::int64_t rehashes() const noexcept;
  /// Tables that allocated their first bucket array.
  [[nodiscard]] std::int64_t tables() const noexcept;
  /// The high-water mark of live bytes allocated in the scope. Not known (nullopt) for a part of what was used.
  [[nodiscard]] std::optional<std::int64_t> peak_bytes() const noexcept { return peak_; }

  /// One for each table, kind, part, cause and call stack, sorted in this order.
  [[nodiscard]] const std::vector<UsedRow>& rows() const noexcept { return rows_; }
  /// Why the numbers are not reliable, as a sentence; "" if they are.
  [[nodiscard]] const std::string& fault() const noexcept { return fault_; }

  /// Only the rows for which `wanted` returns true.
  [[nodiscard]] Used only(const std::function<bool(const UsedRow&)>& wanted) const;
  [[nodiscard]] Used of_table(std::string_view name) const;
  [[nodiscard]] Used of_part(Part part) const;
  [[nodiscard]] Used of_cause(Cause cause) const;

 private:
  std::vector<UsedRow> rows_;
  Amounts sum_;
  std::optional<std::int64_t> peak_ = 0;
  std::string fault_;
};

}  // namespace bucketprof::testing
