// SPDX-License-Identifier: Apache-2.0
#include "profiler/stack/unload.h"

#include <dlfcn.h>

namespace bucketprof::stack {
namespace {

constexpr std::uint64_t kOneEnded = kUnloadsUnderWay + 1;
constinit std::atomic<void (*)() noexcept> forget_all{nullptr};
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

}  // namespace bucketprof::stack

/// Interposes the C library's dlclose in programs that link this library.
extern "C" int dlclose(void* handle) noexcept {
  using bucketprof::stack::code_state;
  using Function = int (*)(void*);
  static const auto kNext = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "dlclose"));
  if (kNext == nullptr) return -1;  // a static program has nothing to unload
  ++bucketprof::stack::own_calls;
  code_state.fetch_add(1, std::memory_order_seq_cst);
  const int result = kNext(handle);
  if (auto* forget = bucketprof::stack::forget_all.load(std::memory_order_acquire)) forget();
  code_state.fetch_add(bucketprof::stack::kOneEnded - 1, std::memory_order_seq_cst);
  --bucketprof::stack::own_calls;
  return result;
}
