// SPDX-License-Identifier: Apache-2.0
//
// Removes the profiler's own frames from a symbolized profile, so that viewers that ignore drop_frames also show the
// table's function as the leaf.
#pragma once

#include <string_view>

#include "profiler/model/profile.h"

namespace bucketprof::symbolize {

/// What happens to a frame.
enum class FrameKind {
  kUser,    // kept
  kHidden,  // removed alone: a frame of the allocator that calls user code (construct, destroy)
  kCut,     // removed with all frames nearer the leaf: the path from the allocator into the profiler
};

/// The kind of a function, by its demangled name. Template arguments do not count, except for allocator_traits; so the
/// functions of a map that uses our allocator are the user's.
[[nodiscard]] FrameKind frame_kind(std::string_view demangled);

/// The profile without hidden and cut frames, including inlined ones. Samples that become equal are summed. The cut is
/// where drop_frames would make it: at the cut frame nearest the root that has a user frame above it (on the root's
/// side). A stack without user frames is not cut. Functions and strings that are no longer used are removed, too.
[[nodiscard]] model::Profile prune(model::Profile profile);

}  // namespace bucketprof::symbolize
