// SPDX-License-Identifier: Apache-2.0
//
// What a table costs that grows to a number of entries, and which reserve() would have been right. The capacities and
// sizes are those of its family (profiler/tables); the test compares them with real containers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "profiler/findings/seen_array.h"
#include "profiler/tables/absl.h"
#include "profiler/tables/dense.h"
#include "profiler/tables/slots.h"

namespace bucketprof::findings {

class GrowthRule {
 public:
  /// The rule of `kind`, with the element size deduced from the largest of the bucket blocks of a table. nullopt if the
  /// kind has no known rule or that block does not follow it. `load_factor`: max_load_factor() of the table, if its
  /// kind can be given one (tables::has_load_factor).
  [[nodiscard]] static std::optional<GrowthRule> of(tables::Kind kind, std::span<const SeenArray> seen,
                                                    float load_factor = 1);
  /// The same from one block.
  [[nodiscard]] static std::optional<GrowthRule> of(tables::Kind kind, std::int64_t bytes, std::int64_t slots);

  [[nodiscard]] tables::Kind kind() const { return kind_; }

  /// Slots of the bucket block that reserve(entries) allocates, which holds `entries` entries without growing.
  [[nodiscard]] std::uint64_t slots_for(std::uint64_t entries) const;

  /// Slots of the first bucket block of a table that was not reserved.
  [[nodiscard]] std::uint64_t first_slots() const;

  /// Slots of the block that replaces a full block of `slots` slots.
  [[nodiscard]] std::uint64_t next_slots(std::uint64_t slots) const;

  /// Entries that a block of `slots` slots holds before it is replaced, if it has all of them.
  [[nodiscard]] std::uint64_t limit(std::uint64_t slots) const;

  /// The same of a block of `bytes` bytes, which may have less room than its slots: absl's reserve() makes such ones.
  [[nodiscard]] std::uint64_t limit(std::uint64_t slots, std::uint64_t bytes) const;

  /// Bytes of a block of `slots` slots.
  [[nodiscard]] std::uint64_t bytes(std::uint64_t slots) const;

  /// Bytes of a second block that is allocated and freed with it: boost's groups of buckets. 0 for other kinds.
  [[nodiscard]] std::uint64_t companion_bytes(std::uint64_t slots) const;

  /// The least argument of reserve() with which `entries` entries, at least as many, have room even if others are
  /// erased and inserted meanwhile: erased ones use up room in the tables of absl, phmap and Rust, which double when
  /// they are nearly full. `entries` itself for other kinds; of boost's no reserve() lasts, because they choose a new
  /// array by the number of entries.
  [[nodiscard]] std::uint64_t lasting_reserve(std::uint64_t entries) const;

  /// Bytes of the bucket array that reserve(entries) allocates.
  [[nodiscard]] std::uint64_t reserved_bytes(std::uint64_t entries) const;

  /// Bytes of a bucket array: the block and its companion.
  [[nodiscard]] std::uint64_t array_bytes(std::uint64_t slots) const { return bytes(slots) + companion_bytes(slots); }

  /// Whether profiles show how many entries the arrays of the kind hold. For tsl they do not: it is only known that an
  /// array that was replaced was full.
  [[nodiscard]] bool tells_entries() const { return tables::tells_entries(kind_); }

  /// Whether entries are in a vector beside the arrays, in blocks of the part `other`.
  [[nodiscard]] bool has_vectors() const { return std::holds_alternative<tables::DenseArrays>(arrays_); }

  /// Mean bytes of the overflow blocks of a table with `entries` entries in a block of `slots` slots, with a good hash.
  /// In the bundled map, the entries of a bucket are distributed binomially, and overflow buckets beyond the spare ones
  /// of the array are allocated. 0 for other kinds.
  [[nodiscard]] double overflow_bytes(std::uint64_t slots, double entries) const;

  struct Cost {
    double arrays = 0;    // bytes
    double overflow = 0;  // bytes; of unordered_dense, those of the vectors
    [[nodiscard]] double all() const { return arrays + overflow; }
  };
  /// Bytes that a table allocates in all until it has `most` entries, if reserved for `reserved` (0: not reserved).
  /// `entries` is how many it has at its fullest, at most `most`: a mean, if tables' peaks were rounded to `most`.
  [[nodiscard]] Cost cost(std::uint64_t reserved, std::uint64_t most, double entries) const;

 private:
  static std::optional<GrowthRule> dense_rule(const SeenArray& largest, std::span<const SeenArray> seen);

  using Arrays = std::variant<tables::GoMapArrays, tables::StdNodeArrays, tables::AbslArrays, tables::BoostArrays,
                              tables::BoostNodeArrays, tables::TslArrays, tables::RobinArrays, tables::LibcxxNodeArrays,
                              tables::DenseArrays, tables::F14Arrays, tables::HashbrownArrays>;
  GrowthRule(tables::Kind kind, const Arrays& arrays) : kind_(kind), arrays_(arrays) {}

  tables::Kind kind_;
  Arrays arrays_;
};

}  // namespace bucketprof::findings
