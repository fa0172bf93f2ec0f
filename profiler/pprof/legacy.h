// SPDX-License-Identifier: Apache-2.0
//
// The text format of gperftools' heap profiler, for google-pprof (the Perl viewer). One line a stack, then
// /proc/self/maps. It has neither labels nor slack nor names. Thread-safe (no state).
#pragma once

#include <string>
#include <string_view>

#include "profiler/base/result.h"
#include "profiler/model/profile.h"

namespace bucketprof::pprof {

/// Whether `bytes` start like a legacy heap profile.
[[nodiscard]] bool is_legacy_heap(std::string_view bytes);

/// The profile's alloc and inuse values as `heap profile: ... @ heapprofile`, already unsampled, one line a stack.
/// An error if the profile lacks one of the four types, or has a negative value or bytes without objects.
[[nodiscard]] Result<std::string> encode_legacy(const model::Profile& profile);

/// Reads what gperftools writes: `@ heapprofile` is exact; `@ heap_v2/N` is sampled every N bytes and is unsampled line
/// by line by 1 / (1 - exp(-mean size / N)), rounded down as pprof does. The result has four sample types, and one
/// mapping for each executable line of the maps. At most 256 MiB. Errors name the line.
[[nodiscard]] Result<model::Profile> decode_legacy(std::string_view bytes);

}  // namespace bucketprof::pprof
