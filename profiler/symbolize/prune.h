// SPDX-License-Identifier: Apache-2.0
//
// Takes the profiler's own frames out of a symbolized profile for good, so that every viewer shows the table's
// own function as the leaf, also one that knows nothing of drop_frames. Thread-safe (no state).
#pragma once

#include <string_view>

#include "profiler/model/profile.h"

namespace bucketprof::symbolize {

/// What becomes of a frame.
enum class FrameKind {
  kUser,    // stays
  kHidden,  // goes alone: a frame of the allocator that user code runs below (construct, destroy)
  kCut,     // goes with everything nearer the leaf: the way from the allocator into the profiler
};

/// Which kind a function is, by its demangled name. Template arguments never count, so the functions of a map that uses
/// our allocator are the user's.
[[nodiscard]] FrameKind frame_kind(std::string_view demangled);

/// The profile without the frames of kinds hidden and cut, inlined lines included; samples that became equal are added
/// up. The cut is where drop_frames would make it: at the cut frame nearest the root that has a user frame
/// above it. A stack without any user frame is not cut. Functions and strings that nobody uses any more go too.
[[nodiscard]] model::Profile prune(model::Profile profile);

}  // namespace bucketprof::symbolize
