// SPDX-License-Identifier: Apache-2.0
#include "profiler/stack/unload.h"

#include "profiler/base/in_place.h"

namespace bucketprof::stack {
namespace {

constexpr std::uint64_t kOneEnded = kUnloadsUnderWay + 1;
using Call = void (*)() noexcept;
constinit std::atomic<Call> forget_all{nullptr};
constinit std::atomic<Call> begins{&unload_begins};
constinit std::atomic<Call> ended{&unload_ended};
constinit thread_local std::uint64_t own_calls [[gnu::tls_model("initial-exec")]] = 0;  // of dlclose, under way

}  // namespace

void forget_other_unloads() noexcept {
  const std::uint64_t state = code_state.load(std::memory_order_relaxed);
  if ((state & kUnloadsUnderWay) == own_calls) return;
  code_state.store((state & ~kUnloadsUnderWay) + kOneEnded + own_calls, std::memory_order_release);
  if (auto* forget = forget_all.load(std::memory_order_acquire)) forget();
}

constinit std::atomic<std::uint64_t> code_state{0};

void on_unload(void (*forget)() noexcept) noexcept { forget_all.store(forget, std::memory_order_release); }

void unload_begins() noexcept {
  ++own_calls;
  code_state.fetch_add(1, std::memory_order_seq_cst);
}
void unload_ended() noexcept {
  if (auto* forget = forget_all.load(std::memory_order_acquire)) forget();
  code_state.fetch_add(kOneEnded - 1, std::memory_order_seq_cst);
  --own_calls;
}
void forward_unloads(void (*their_begins)() noexcept, void (*their_ended)() noexcept) noexcept {
  begins.store(their_begins, std::memory_order_release);
  ended.store(their_ended, std::memory_order_release);
}

}  // namespace bucketprof::stack

/// Interposes the C library's dlclose in programs that link this library.
extern "C" BUCKETPROF_IN_PLACE int dlclose(void* handle) noexcept {
  static int (*const kNext)(void*) = [] {
    int (*next)(void*) = nullptr;
    bucketprof::find_next(next, "dlclose");
    return next;
  }();
  if (kNext == nullptr) return -1;  // a static program has nothing to unload
  bucketprof::stack::begins.load(std::memory_order_acquire)();
  const int result = kNext(handle);
  bucketprof::stack::ended.load(std::memory_order_acquire)();
  return result;
}
