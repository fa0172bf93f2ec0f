// SPDX-License-Identifier: Apache-2.0
//
// A thread's state in thread-local memory: constant initialised, so that it can be used at any time in a thread's life,
// which for the recorder lasts from the first allocation or free to the destructor of our pthread key, and after it.
#pragma once

#include <atomic>
#include <cstdint>

#include "profiler/record/deferred_frees.h"
#include "profiler/record/threads.h"

namespace bucketprof::record {

struct ThreadSlot {
  ThreadBlock* block = nullptr;
  std::uint64_t number = 0;  // identifies the thread to biased locks; never that of another; 0: not drawn yet
  DeferredFrees deferred;
  std::uint32_t forks_inside = 0;   // forks under way by signal handlers that interrupted the recorder
  std::atomic<bool> inside{false};  // the recorder, or a fork
  bool ended = false;     // the destructor of our key has run: nothing will notify us of the thread's actual exit
  bool sets_key = false;  // in pthread_setspecific(): an allocation the agent sees from there is our own, and no loss
};
static_assert(sizeof(ThreadSlot) == 32, "static thread-local memory is scarce (docs/recorder.md)");
extern constinit thread_local ThreadSlot slot [[gnu::tls_model("initial-exec")]];

void draw_thread_number() noexcept;
[[nodiscard]] inline std::uint64_t this_number() noexcept {
  if (slot.number == 0) [[unlikely]]
    draw_thread_number();
  return slot.number;
}

/// Must be called once, before the first begin_thread(). `ended` is called with its ThreadBlock when a thread exits
/// that has one. Without free keys it is never called, and the ThreadBlocks of exited threads are not reused.
void watch_thread_ends(void (*ended)(void* block)) noexcept;

/// Gives the calling thread a ThreadBlock (slot.block), and a number. nullptr if there is no memory, it has ended, or
/// the recorder is not used, because this copy follows another one (lead.h).
ThreadBlock* begin_thread(Threads& threads) noexcept;
/// The same also after the thread's end, which will not be noticed again: end it with release_block().
ThreadBlock* borrow_block(Threads& threads) noexcept;
/// Releases the calling thread's ThreadBlock.
void release_block() noexcept;

}  // namespace bucketprof::record
