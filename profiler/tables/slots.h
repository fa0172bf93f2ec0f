// SPDX-License-Identifier: Apache-2.0
//
// Which family of arrays each kind has. A family is a struct that knows the arrays of tables with entries of one size
// (absl.h, boost.h, ...):
//   of(bytes, slots)    the family with the sizes that an array of `bytes` bytes and `slots` slots reveals; nullopt if
//                       no table allocates such an array. Takes slots > 0 and bytes >= slots. The layouts of absl
//                       (absl.h) have none: they differ by version, so one array may not reveal them
//                       (findings/absl_arrays.h)
//   first_slots()       slots of the first array of a table that was not reserved
//   bytes(slots)        bytes of an array
//   slots(...)          slots of an array, from what its request shows
//   limit(slots)        most entries that an array holds before it is replaced
//   slots_for(entries)  slots of the array that reserve(entries) allocates, for entries > 0
//   next_slots(slots)   slots of the array that replaces a full one
#pragma once

#include <cstdint>
#include <type_traits>

#include "profiler/tables/boost.h"
#include "profiler/tables/boost_node.h"
#include "profiler/tables/f14.h"
#include "profiler/tables/go_map.h"
#include "profiler/tables/hashbrown.h"
#include "profiler/tables/kind.h"
#include "profiler/tables/libcxx_node.h"
#include "profiler/tables/robin.h"
#include "profiler/tables/std_node.h"
#include "profiler/tables/tsl.h"

namespace bucketprof::tables {

/// Calls `use` with the std::type_identity of the kind's family, or returns `otherwise` if its arrays are not known or
/// are absl's.
template <class Use, class Result>
[[nodiscard]] constexpr Result with_family(Kind kind, Use use, Result otherwise) {
  switch (kind) {
    case Kind::kGoMap:
      return use(std::type_identity<GoMapArrays>{});
    case Kind::kStdNode:
      return use(std::type_identity<StdNodeArrays>{});
    case Kind::kLibcxxNode:
      return use(std::type_identity<LibcxxNodeArrays>{});
    case Kind::kBoostNode:
      return use(std::type_identity<BoostNodeArrays>{});
    case Kind::kBoostFlat:
    case Kind::kBoostOpenNode:
      return use(std::type_identity<BoostArrays>{});
    case Kind::kTslHopscotch:
      return use(std::type_identity<TslArrays>{});
    case Kind::kTslRobin:
      return use(std::type_identity<RobinArrays>{});
    case Kind::kFollyF14:
    case Kind::kFollyF14Node:
      return use(std::type_identity<F14Arrays>{});
    case Kind::kRustHashbrown:
      return use(std::type_identity<HashbrownArrays>{});
    default:
      return otherwise;
  }
}

}  // namespace bucketprof::tables
