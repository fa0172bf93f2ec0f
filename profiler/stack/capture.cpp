// SPDX-License-Identifier: Apache-2.0
#include "profiler/stack/capture.h"

#define UNW_LOCAL_ONLY
#include <libunwind.h>
#include <unwind.h>

#include <algorithm>
#include <atomic>
#include <cerrno>

extern "C" [[gnu::weak]] void __tsan_init();  // only there in programs built with the thread sanitizer

namespace bucketprof::stack {
namespace {

// Frames of ours below the anchor: capture, the recorder's entry and what a build without optimisation leaves between.
constexpr std::size_t kOwnFrames = 16;

// libunwind does not look after its locks over a fork: a thread that was unwinding, or giving back its cache at its
// end, may hold one, and the child would hang at its first cold address. Such a child is unwound by libgcc, which takes
// none.
constinit std::atomic<bool> libunwind_is_lost{false};

// libunwind gives back a thread's cache so late in the thread's end that the thread sanitizer has no state for the
// thread any more, and crashes on the lock it takes.
bool below_thread_sanitizer() noexcept { return &__tsan_init != nullptr; }

struct Raw {
  void** frames;
  std::size_t room;
  std::size_t count = 0;
};

_Unwind_Reason_Code add_frame(_Unwind_Context* context, void* data) {
  auto* raw = static_cast<Raw*>(data);
  const std::uintptr_t address = _Unwind_GetIP(context);
  if (address == 0 || raw->count == raw->room) return _URC_END_OF_STACK;
  raw->frames[raw->count++] = reinterpret_cast<void*>(address);
  return _URC_NO_REASON;
}

}  // namespace

void forked_beside_threads() noexcept { libunwind_is_lost.store(true, std::memory_order_relaxed); }

Capture capture(const Anchor& anchor, std::uintptr_t* frames) noexcept {
  void* raw[kMaxFrames + kOwnFrames];
  const int saved = errno;
  std::size_t count = 0;
  if (below_thread_sanitizer() || libunwind_is_lost.load(std::memory_order_relaxed)) [[unlikely]] {
    Raw by_libgcc{.frames = raw, .room = kMaxFrames + kOwnFrames};
    _Unwind_Backtrace(&add_frame, &by_libgcc);
    count = by_libgcc.count;
  } else if (const int found = unw_backtrace(raw, static_cast<int>(kMaxFrames + kOwnFrames)); found > 0) {
    count = static_cast<std::size_t>(found);
  }
  errno = saved;

  void** const own_end = raw + std::min(count, kOwnFrames);
  void** const first = std::find(raw, own_end, reinterpret_cast<void*>(anchor.return_address));
  if (first == own_end) {
    frames[0] = anchor.return_address;
    return {.depth = 1, .truncated = false};
  }
  const std::size_t available = static_cast<std::size_t>(raw + count - first);
  const std::size_t depth = std::min(available, kMaxFrames);
  std::transform(first, first + depth, frames, [](void* pc) { return reinterpret_cast<std::uintptr_t>(pc); });
  return {.depth = depth, .truncated = available > kMaxFrames || count == kMaxFrames + kOwnFrames};
}

}  // namespace bucketprof::stack
