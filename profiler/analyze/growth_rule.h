// SPDX-License-Identifier: Apache-2.0
//
// How a kind of table chooses its capacity: what the read side must know to say which reserve() would have been right.
// The rules are those of the containers' sources (libstdc++ 12, absl 20220623, boost 1.81, tsl 2.3, the bundled map);
// the test compares them with real instances. Thread-safe (no state).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace bucketprof::analyze {

class GrowthRule {
 public:
  /// The rule of a kind, with the sizes that a block of `bytes` bytes and `slots` slots shows. Nothing where the kind
  /// has no known rule or the block does not follow it.
  [[nodiscard]] static std::optional<GrowthRule> of(std::string_view kind, std::int64_t bytes, std::int64_t slots);

  /// Slots of the block that reserve(entries) allocates; it takes so many entries without growing.
  [[nodiscard]] std::uint64_t slots_for(std::uint64_t entries) const;

  /// Slots of the first block of a table that was not reserved.
  [[nodiscard]] std::uint64_t first_slots() const;

  /// Slots of the block that a full block of so many slots is replaced by.
  [[nodiscard]] std::uint64_t next_slots(std::uint64_t slots) const;

  /// Entries that such a block takes before it is replaced.
  [[nodiscard]] std::uint64_t limit(std::uint64_t slots) const;

  /// Bytes of such a block.
  [[nodiscard]] std::uint64_t bytes(std::uint64_t slots) const;

  /// Bytes of a block of another part that comes and goes with such a block: boost's groups of buckets. Else 0.
  [[nodiscard]] std::uint64_t companion_bytes(std::uint64_t slots) const;

  /// Both.
  [[nodiscard]] std::uint64_t array_bytes(std::uint64_t slots) const { return bytes(slots) + companion_bytes(slots); }

  /// Whether tables of the kind tell how many entries their arrays hold. tsl's do not: an array that was replaced was
  /// full, and that is all there is to know.
  [[nodiscard]] bool tells_entries() const { return kind_ != Kind::kTsl; }

  /// Bytes of overflow blocks that a table with such a block has on average, with a good hash: the bundled map's
  /// buckets of 8 fill as a binomial distribution says, and what its spare buckets do not take is allocated. Else 0.
  [[nodiscard]] double overflow_bytes(std::uint64_t slots, double entries) const;

  struct Cost {
    double arrays = 0;    // bytes
    double overflow = 0;  // bytes
    [[nodiscard]] double all() const { return arrays + overflow; }
  };
  /// What a table allocates until it has so many entries, having been reserved for `reserved` (0: not at all).
  /// `entries` is how many it has at its fullest, at most `most`: a mean, where tables are rounded to one `most`.
  [[nodiscard]] Cost cost(std::uint64_t reserved, std::uint64_t most, double entries) const;

 private:
  enum class Kind : std::uint8_t { kGoMap, kStdNode, kAbsl, kBoost, kBoostNode, kTsl };
  GrowthRule(Kind kind, std::uint64_t unit, std::uint64_t align = 8) : kind_(kind), unit_(unit), align_(align) {}

  Kind kind_;
  std::uint64_t unit_;   // bytes of a bucket (bundled map, tsl) or of a slot
  std::uint64_t align_;  // of absl's slots
};

}  // namespace bucketprof::analyze
