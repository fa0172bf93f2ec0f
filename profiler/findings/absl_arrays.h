// SPDX-License-Identifier: Apache-2.0
//
// Which layout the arrays of a table of absl have, and how large its slots are. A profile does not state absl's version
// but the sizes of the table's blocks mostly reveal it.
#pragma once

#include <optional>
#include <span>

#include "profiler/findings/seen_array.h"
#include "profiler/tables/absl.h"
#include "profiler/tables/kind.h"

namespace bucketprof::findings {

/// The sizes that explain the largest array, and the most of the others; of layouts that explain as many, the oldest.
/// nullopt if none explains the largest array.
[[nodiscard]] std::optional<tables::AbslArrays> absl_arrays_of(tables::Kind kind, std::span<const SeenArray> seen);

}  // namespace bucketprof::findings
