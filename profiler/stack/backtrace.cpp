// SPDX-License-Identifier: Apache-2.0
#include "profiler/stack/backtrace.h"

#include <unwind.h>

#include <cerrno>

namespace bucketprof::stack {
namespace {

// The anchor must appear within this many frames. Before it come only the recorder's own frames, and the helper
// functions that a build without optimisation does not inline.
constexpr std::size_t kOwnFrames = 24;

struct Visit {
  std::uintptr_t anchor;
  Trace& trace;
  std::size_t own = 0;
};

_Unwind_Reason_Code visit(_Unwind_Context* context, void* argument) {
  auto& [anchor, trace, own] = *static_cast<Visit*>(argument);
  const std::uintptr_t address = _Unwind_GetIP(context);
  if (trace.depth == 0 && address != anchor) return ++own == kOwnFrames ? _URC_END_OF_STACK : _URC_NO_REASON;
  if (address == 0) return _URC_END_OF_STACK;
  if (trace.depth == kMaxFrames) {
    trace.truncated = true;
    return _URC_END_OF_STACK;
  }
  trace.frames[trace.depth++] = address;
  return _URC_NO_REASON;
}

}  // namespace

void backtrace(const Anchor& anchor, Trace& trace) noexcept {
  trace.depth = 0;
  trace.reads = 0;
  trace.truncated = false;
  Visit wanted{.anchor = anchor.return_address, .trace = trace};
  const int saved = errno;
  _Unwind_Backtrace(&visit, &wanted);
  errno = saved;
  if (trace.depth == 0) trace.frames[trace.depth++] = anchor.return_address;
}

}  // namespace bucketprof::stack
