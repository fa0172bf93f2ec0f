// SPDX-License-Identifier: Apache-2.0
//
// Converts a snapshot of the recorder to a profile; the only code that knows both. Scales sampled counts, turns return
// addresses into locations and sites into labels. Calls malloc, so it must not be used inside the recorder.
#pragma once

#include <cstdint>
#include <string>

#include "profiler/model/profile.h"
#include "profiler/record/recorder.h"
#include "profiler/record/snapshot.h"

namespace bucketprof::publish {

/// What a profile gets beyond what was recorded.
struct Extras {
  /// A code address. Frames in its segment are removed from the leaf ends of stacks, except a stack's last frame.
  /// 0: none.
  std::uintptr_t agent_code = 0;
  std::string comment{};  // empty: none
};

/// The profile of a snapshot of this process's recorder. It has all six sample types; values are final (scaled). Blocks
/// that belong to no table have only the label `bytes`.
[[nodiscard]] model::Profile to_profile(const record::Snapshot& snapshot, record::Recorder& recorder,
                                        const Extras& extras = {});

}  // namespace bucketprof::publish
