// SPDX-License-Identifier: Apache-2.0
//
// Merges profiles with the same sample types. It follows pprof's rules, so that our sums equal pprof's.
#pragma once

#include <span>

#include "profiler/base/result.h"
#include "profiler/model/profile.h"

namespace bucketprof::model {

/// The values of equal samples are added; samples with only zeros are left out. Mappings with the same build id (or
/// file), file offset and size in pages become one, since two runs load a binary at different addresses; their
/// addresses are shifted with them. Header: the earliest known time, the sum of the durations, the largest period, all
/// comments in order without repetition, the first default type that is set, drop and keep frames of the first profile.
/// An error names the first two types that differ.
[[nodiscard]] Result<Profile> merge(std::span<const Profile> profiles);

}  // namespace bucketprof::model
