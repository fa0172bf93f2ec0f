// SPDX-License-Identifier: Apache-2.0
//
// A thread's state in thread-local memory: constant initialised, so that it can be used at any time in a thread's life.
#pragma once

#include <atomic>
#include <cstdint>

#include "profiler/record/reentrancy_guard.h"
#include "profiler/record/threads.h"

namespace bucketprof::record {

struct ThreadSlot {
  ThreadBlock* block = nullptr;
  std::uint64_t number = 0;  // identifies the thread to biased locks; never that of another; 0: not drawn yet
  std::atomic<bool> inside{false};
  bool ended = false;     // the destructor of our key has run: nothing will notify us of the thread's actual exit
  bool sets_key = false;  // in pthread_setspecific(): an allocation the agent sees from there is our own, and no loss
  DeferredFrees deferred;
  std::uint32_t forks_inside = 0;  // forks under way by signal handlers that interrupted the recorder
};
extern constinit thread_local ThreadSlot slot [[gnu::tls_model("initial-exec")]];

void draw_thread_number() noexcept;
[[nodiscard]] inline std::uint64_t this_number() noexcept {
  if (slot.number == 0) [[unlikely]]
    draw_thread_number();
  return slot.number;
}

}  // namespace bucketprof::record
