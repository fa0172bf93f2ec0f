// SPDX-License-Identifier: Apache-2.0
#include "profiler/agent/blocks.h"

#include <limits>

namespace bucketprof::agent {

constinit thread_local bool own_work [[gnu::tls_model("initial-exec")]] = false;

// Here and not in front of the filter, which nearly every block passes.
void on_possible_end(void* block) noexcept {
  if (block != nullptr) alloc::record_free_slow(block);
}

void ask_no_more() noexcept { alloc::countdown.bytes = std::numeric_limits<std::int64_t>::max(); }

OwnWork::OwnWork() noexcept : before_(own_work) { own_work = true; }
OwnWork::~OwnWork() { own_work = before_; }

void all_own_work() noexcept { own_work = true; }

}  // namespace bucketprof::agent
