// SPDX-License-Identifier: Apache-2.0
//
// The names of parts and causes in profiles.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "hashmap/part.h"

namespace bucketprof::tables {

using hashmap::Cause;
using hashmap::Part;

inline constexpr std::array<std::string_view, 4> kPartNames{"other", "buckets", "overflow", "nodes"};
inline constexpr std::array<std::string_view, 11> kCauseNames{
    "unknown", "hint", "first_insert", "grow_double", "grow_same_size", "overflow",
    "rehash",  "node", "copy",         "shrink",      "tombstones"};

[[nodiscard]] constexpr std::string_view name_of(Part part) { return kPartNames[static_cast<std::size_t>(part)]; }
[[nodiscard]] constexpr std::string_view name_of(Cause cause) { return kCauseNames[static_cast<std::size_t>(cause)]; }

/// kOther, or kUnknown, if none has this name: profiles of other versions and programs may contain any text.
[[nodiscard]] constexpr Part part_of(std::string_view name) {
  const auto* const found = std::find(kPartNames.begin(), kPartNames.end(), name);
  return found == kPartNames.end() ? Part::kOther : static_cast<Part>(found - kPartNames.begin());
}
[[nodiscard]] constexpr Cause cause_of(std::string_view name) {
  const auto* const found = std::find(kCauseNames.begin(), kCauseNames.end(), name);
  return found == kCauseNames.end() ? Cause::kUnknown : static_cast<Cause>(found - kCauseNames.begin());
}

}  // namespace bucketprof::tables
