// SPDX-License-Identifier: Apache-2.0
//
// Snapshot -> profile: the one place that knows both. Scales sampled counts, turns return addresses into locations and
// sites into labels. Thread-safe; allocates, so it is not for code that records.
#pragma once

#include "profiler/model/profile.h"
#include "profiler/record/recorder.h"
#include "profiler/record/snapshot.h"

namespace bucketprof::publish {

/// The profile of a snapshot of this recorder, in this process. All six sample types; values are final.
[[nodiscard]] model::Profile to_profile(const record::Snapshot& snapshot, record::Recorder& recorder);

}  // namespace bucketprof::publish
