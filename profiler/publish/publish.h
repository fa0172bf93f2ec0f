// SPDX-License-Identifier: Apache-2.0
//
// Snapshot -> profile: the one place that knows both. Scales sampled counts, turns return addresses into locations and
// sites into labels. Thread-safe; allocates, so it is not for code that records.
#pragma once

#include <cstdint>
#include <string>

#include "profiler/model/profile.h"
#include "profiler/record/recorder.h"
#include "profiler/record/snapshot.h"

namespace bucketprof::publish {

/// What is told about a process beyond what was recorded.
struct Extras {
  /// A code address: frames in the same segment go from the leaf ends of stacks. A stack's last frame stays. 0: none.
  std::uintptr_t plumbing = 0;
  std::string comment{};  // empty: none
};

/// The profile of a snapshot of this recorder, in this process. All six sample types; values are final. A block of no
/// table has the label `bytes` alone.
[[nodiscard]] model::Profile to_profile(const record::Snapshot& snapshot, record::Recorder& recorder,
                                        const Extras& extras = {});

}  // namespace bucketprof::publish
