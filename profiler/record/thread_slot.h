// SPDX-License-Identifier: Apache-2.0
//
// What a thread has in thread-local memory: constant initialised, so that it is there at any time of the thread's life.
#pragma once

#include <atomic>
#include <cstdint>

#include "profiler/record/entry.h"
#include "profiler/record/threads.h"

namespace bucketprof::record {

struct ThreadSlot {
  ThreadBlock* block = nullptr;
  std::uint64_t number = 0;  // of this thread, for biased locks; no other ever has it
  std::atomic<bool> inside{false};
  bool ended = false;     // our key's destructor ran: whatever the thread still does, nobody tells us when it is over
  bool sets_key = false;  // the C library may allocate for that, which below the agent comes back to us: it is ours
  DeferredFrees deferred;
  std::uint32_t forks_inside = 0;  // forks by a signal handler that interrupted the recorder
};
extern constinit thread_local ThreadSlot slot [[gnu::tls_model("initial-exec")]];

void draw_thread_number() noexcept;
[[nodiscard]] inline std::uint64_t this_number() noexcept {
  if (slot.number == 0) [[unlikely]]
    draw_thread_number();
  return slot.number;
}

}  // namespace bucketprof::record
