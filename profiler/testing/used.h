// SPDX-License-Identifier: Apache-2.0
//
// What the hash tables of a scope (scope.h) allocated, up to the moment it was asked: exact numbers, by table, kind,
// part, cause and call site. A value: it stays what it was when more is allocated. Thread-compatible.
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

/// Blocks that were born in the scope. Bytes are those that tables asked for.
struct Amounts {
  std::int64_t allocated_objects = 0;
  std::int64_t allocated_bytes = 0;
  std::int64_t inuse_objects = 0;      ///< of these: still alive, whoever frees them later
  std::int64_t inuse_bytes = 0;        ///<
  std::int64_t slack_bytes = 0;        ///< that never held an entry: the least slack that each block ever had
  std::int64_t inuse_slack_bytes = 0;  ///< that hold no entry now, of living blocks

  Amounts& operator+=(const Amounts& other) noexcept;
  friend bool operator==(const Amounts&, const Amounts&) = default;
};

/// All blocks of one table name, kind, part, cause and call stack.
struct UsedRow {
  std::string table;  ///< the name given, else the short name of the table's value type
  std::string kind;   ///< as profiles say it: "go_map", "std_node", "absl_flat", ...
  Part part = Part::kOther;
  Cause cause = Cause::kUnknown;
  Amounts amounts{};
  std::uint32_t site = 0;  ///< the recorder's number, for text.h
};

class Used {
 public:
  Used() = default;
  /// `peak`: the most bytes that lived at once, if that is known. `fault`: why the numbers are not to be trusted, or
  /// "".
  Used(std::vector<UsedRow> rows, std::optional<std::int64_t> peak, std::string fault = "");

  /// Sums over all rows.
  [[nodiscard]] const Amounts& amounts() const noexcept { return sum_; }
  [[nodiscard]] std::int64_t allocated_objects() const noexcept { return sum_.allocated_objects; }
  [[nodiscard]] std::int64_t allocated_bytes() const noexcept { return sum_.allocated_bytes; }
  [[nodiscard]] std::int64_t inuse_objects() const noexcept { return sum_.inuse_objects; }
  [[nodiscard]] std::int64_t inuse_bytes() const noexcept { return sum_.inuse_bytes; }
  [[nodiscard]] std::int64_t slack_bytes() const noexcept { return sum_.slack_bytes; }
  [[nodiscard]] std::int64_t inuse_slack_bytes() const noexcept { return sum_.inuse_slack_bytes; }
  /// Bucket arrays that took the place of another: the table grew, or was told to.
  [[nodiscard]] std::int64_t rehashes() const noexcept;
  /// Tables that got their first bucket array.
  [[nodiscard]] std::int64_t tables() const noexcept;
  /// The most bytes of blocks born in the scope that lived at once. Not known of a part of what was used.
  [[nodiscard]] std::optional<std::int64_t> peak_bytes() const noexcept { return peak_; }

  /// By table, kind, part, cause and site.
  [[nodiscard]] const std::vector<UsedRow>& rows() const noexcept { return rows_; }
  /// Why the numbers are not to be trusted, a sentence; "" if they are.
  [[nodiscard]] const std::string& fault() const noexcept { return fault_; }

  /// The part of it for which `wanted` is true.
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
