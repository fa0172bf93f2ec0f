// SPDX-License-Identifier: Apache-2.0
//
// The text format of gperftools' heap profiler, for google-pprof (the Perl viewer): one line per stack, then
// /proc/self/maps. It has no labels, slack or names.
#pragma once

#include <string>
#include <string_view>

#include "profiler/base/result.h"
#include "profiler/model/profile.h"

namespace bucketprof::pprof {

/// Whether `bytes` begins like a legacy heap profile.
[[nodiscard]] bool is_legacy_heap(std::string_view bytes);

/// Writes the profile's alloc and inuse values, already unsampled, as `heap profile: ... @ heapprofile`, one line per
/// stack. An error if the profile lacks one of the four types, has a negative value or bytes without objects, or its
/// sums exceed 64 bits.
[[nodiscard]] Result<std::string> encode_legacy(const model::Profile& profile);

/// Reads what gperftools writes. `@ heapprofile` is exact. `@ heap_v2/N` is sampled every N bytes; each line is
/// unsampled by the factor 1 / (1 - exp(-mean size / N)), rounded down as pprof does. The result has four sample types,
/// and one mapping for each executable line of the maps. At most 256 MiB of input. Errors name the line.
[[nodiscard]] Result<model::Profile> decode_legacy(std::string_view bytes);

}  // namespace bucketprof::pprof
