// SPDX-License-Identifier: Apache-2.0
//
// The independent unwinder: libgcc's. It takes no lock, keeps nothing, and steps over frames that rules cannot express.
// Some 80 ns a frame. Thread-safe.
#pragma once

#include "profiler/stack/walk.h"

namespace bucketprof::stack {

/// Fills `trace` from the anchor to the root, without reads. If the unwinder cannot find the anchor, the stack is the
/// anchor's return address alone.
void backtrace(const Anchor& anchor, Trace& trace) noexcept;

}  // namespace bucketprof::stack
