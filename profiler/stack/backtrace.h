// SPDX-License-Identifier: Apache-2.0
//
// Unwinding by libgcc (_Unwind_Backtrace), independent of the learned rules. It takes no lock, keeps no state, and
// steps over frames that rules cannot express. It needs about 80 ns per frame.
#pragma once

#include "profiler/stack/walk.h"

namespace bucketprof::stack {

/// Fills `trace` from the anchor to the root, without recording the words read. If the unwinder does not reach the
/// anchor, the stack is the anchor's return address alone.
void backtrace(const Anchor& anchor, Trace& trace) noexcept;

}  // namespace bucketprof::stack
