// SPDX-License-Identifier: Apache-2.0
//
// Several profiles of the same sample types as one, by pprof's own rules, so that our sums are its sums.
// Thread-safe (no state).
#pragma once

#include <span>

#include "profiler/base/result.h"
#include "profiler/model/profile.h"

namespace bucketprof::model {

/// Values of equal samples are added; a sample of all zeros is left out. Two runs load a binary at different addresses:
/// mappings of the same build id (or file), file offset and size in pages are one, addresses move with it.
/// Header: time the earliest known, durations summed, period the largest, comments united in order, default type the
/// first one set, drop and keep frames of the first profile. An error names the first two types that differ.
[[nodiscard]] Result<Profile> merge(std::span<const Profile> profiles);

}  // namespace bucketprof::model
