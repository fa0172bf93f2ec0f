// SPDX-License-Identifier: Apache-2.0
//
// Which family of arrays each kind has. A family is a struct that knows the arrays of tables with entries of one size
// (absl.h, boost.h, ...):
//   kFirstSlots         slots of the first array of a table that was not reserved
//   of(bytes, slots)    the family with the sizes that an array of `bytes` bytes and `slots` slots reveals; nullopt if
//                       no table allocates such an array. Takes slots > 0 and bytes >= slots
//   bytes(slots)        bytes of an array
//   slots(...)          slots of an array, from what its request shows
//   limit(slots)        most entries that an array holds before it is replaced
//   slots_for(entries)  slots of the array that reserve(entries) allocates, for entries > 0
//   next_slots(slots)   slots of the array that replaces a full one
#pragma once

#include <cstdint>
#include <type_traits>

#include "profiler/tables/absl.h"
#include "profiler/tables/boost.h"
#include "profiler/tables/boost_node.h"
#include "profiler/tables/go_map.h"
#include "profiler/tables/kind.h"
#include "profiler/tables/std_node.h"
#include "profiler/tables/tsl.h"

namespace bucketprof::tables {

/// Calls `use` with the std::type_identity of the kind's family, or returns `otherwise` if its arrays are not known.
template <class Use, class Result>
[[nodiscard]] constexpr Result with_family(Kind kind, Use use, Result otherwise) {
  switch (kind) {
    case Kind::kGoMap:
      return use(std::type_identity<GoMapArrays>{});
    case Kind::kStdNode:
      return use(std::type_identity<StdNodeArrays>{});
    case Kind::kAbslFlat:
    case Kind::kAbslNode:
      return use(std::type_identity<AbslArrays>{});
    case Kind::kBoostNode:
      return use(std::type_identity<BoostNodeArrays>{});
    case Kind::kBoostFlat:
    case Kind::kBoostOpenNode:
      return use(std::type_identity<BoostArrays>{});
    case Kind::kTslHopscotch:
      return use(std::type_identity<TslArrays>{});
    default:
      return otherwise;
  }
}

/// Slots of the first bucket block that a table allocates for one entry. A larger one means that a size was requested.
[[nodiscard]] constexpr std::uint64_t first_slots(Kind kind) {
  return with_family(
      kind, []<class Family>(std::type_identity<Family>) { return Family::kFirstSlots; }, std::uint64_t{8});
}

/// Most entries that a bucket block with `slots` slots takes before the table grows: an upper bound of what a caller
/// requested.
[[nodiscard]] constexpr std::uint64_t usable_slots(Kind kind, std::uint64_t slots) {
  return with_family(
      kind, [slots]<class Family>(std::type_identity<Family>) { return Family::limit(slots); }, slots);
}

}  // namespace bucketprof::tables
