// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/deferred_frees.h"

#include <sys/mman.h>

#include <cerrno>
#include <new>

#include "profiler/base/sandbox.h"

namespace bucketprof::record {

DeferredFrees::Page* DeferredFrees::chain(std::atomic<Page*>& link) noexcept {
  if (sandbox::entered()) return nullptr;
  const int saved = errno;
  void* memory = mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  Page* page = nullptr;
  if (memory != MAP_FAILED) {
    page = new (memory) Page;
    Page* other = nullptr;
    if (!link.compare_exchange_strong(other, page, std::memory_order_relaxed)) {  // a signal handler has linked one
      munmap(memory, sizeof(Page));
      page = other;
    }
  }
  errno = saved;
  return page;
}

void DeferredFrees::release() noexcept {
  const int saved = errno;
  Page* page = first_.exchange(nullptr, std::memory_order_relaxed);
  while (page != nullptr) {
    Page* const next = page->next.load(std::memory_order_relaxed);
    if (!sandbox::entered()) munmap(page, sizeof(Page));
    page = next;
  }
  errno = saved;
}

}  // namespace bucketprof::record
