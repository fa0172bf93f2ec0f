// SPDX-License-Identifier: Apache-2.0
#include "profiler/stack/capture.h"

#define UNW_LOCAL_ONLY
#include <libunwind.h>
#include <pthread.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>

#include "profiler/base/lock.h"

namespace bucketprof::stack {
namespace {

// Frames of ours below the anchor: capture, the recorder's entry and what a build without optimisation leaves between.
constexpr std::size_t kOwnFrames = 16;

// libunwind does not look after its locks over a fork: beside a thread that unwinds, a child would hang at its first cold
// address. So each thread unwinds under one of these, which it seldom shares, and a fork takes them all.
struct alignas(64) Gate {
  Lock lock;
};
constexpr unsigned kGateBits = 6;
constinit std::array<Gate, 1U << kGateBits> gates;

Lock& own_gate() noexcept { return gates[(pthread_self() * 0x9e3779b97f4a7c15U) >> (64 - kGateBits)].lock; }

}  // namespace

void hold_captures() noexcept {
  for (Gate& gate : gates) gate.lock.lock();
}

void release_captures() noexcept {
  for (Gate& gate : gates) gate.lock.unlock();
}

Capture capture(const Anchor& anchor, std::uintptr_t* frames) noexcept {
  void* raw[kMaxFrames + kOwnFrames];
  const int saved = errno;
  int found = 0;
  {
    const std::scoped_lock gate(own_gate());
    found = unw_backtrace(raw, static_cast<int>(kMaxFrames + kOwnFrames));
  }
  errno = saved;
  const std::size_t count = found > 0 ? static_cast<std::size_t>(found) : 0;

  void** const own_end = raw + std::min(count, kOwnFrames);
  void** const first = std::find(raw, own_end, reinterpret_cast<void*>(anchor.return_address));
  if (first == own_end) {
    frames[0] = anchor.return_address;
    return {.depth = 1, .truncated = false};
  }
  const std::size_t available = static_cast<std::size_t>(raw + count - first);
  const std::size_t depth = std::min(available, kMaxFrames);
  std::transform(first, first + depth, frames, [](void* pc) { return reinterpret_cast<std::uintptr_t>(pc); });
  return {.depth = depth, .truncated = count == kMaxFrames + kOwnFrames};
}

}  // namespace bucketprof::stack
