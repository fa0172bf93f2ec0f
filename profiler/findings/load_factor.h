// SPDX-License-Identifier: Apache-2.0
//
// The load factor of a table, from what its bucket blocks show: the number of entries that each takes, where the
// profile has it, or else how many there were when it was replaced.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "profiler/tables/kind.h"

namespace bucketprof::findings {

/// All bucket blocks of a table that have one number of slots.
struct ArraySize {
  std::uint64_t slots = 0;
  std::uint64_t least_limit = 0;  // entries that they take, as the profile has it; the usual number if it has none
  std::uint64_t most_limit = 0;
  std::uint64_t peak = 0;  // the most entries in any of them, rounded up as in profiles
  bool grown = false;      // some replaced others
};

struct LoadFactor {
  float value = 1;
  bool inferred = false;  // from the entries in arrays that were replaced
};

/// The load factor of tables of `kind`. `sizes` are sorted by slots. nullopt if there is not one that agrees with all
/// of them: it changed, tables of one name differ, or entries moved to other tables. 1 for kinds whose factor is fixed.
[[nodiscard]] std::optional<LoadFactor> load_factor_of(tables::Kind kind, std::span<const ArraySize> sizes);

}  // namespace bucketprof::findings
