// SPDX-License-Identifier: Apache-2.0
//
// The sums of all threads' counters, site by site, read while the threads go on counting.
#pragma once

#include <cstdint>

#include "profiler/base/dcheck.h"
#include "profiler/record/sites.h"
#include "profiler/record/threads.h"

namespace bucketprof::record {

/// Calls visit(site's number, allocs, blocks in use) for each site that has allocs. Thread-safe.
template <class Visit>
void each_counted_site(const Sites& sites, const Threads& threads, Visit visit) noexcept {
  constexpr std::uint32_t kPage = ThreadBlock::kPageSites;
  const std::uint32_t last = sites.size();
  for (std::uint32_t page = 0; page * kPage <= last; ++page) {
    std::uint64_t frees[kPage] = {};
    std::uint64_t allocs[kPage] = {};
    const std::uint32_t first_site = page * kPage;
    // Invariant: frees are read before allocs, so that allocs >= frees (threads.h).
    for (std::uint32_t i = 0; i < kPage; ++i) {
      const std::uint32_t site = first_site + i;
      if (site >= 1 && site <= last) frees[i] = sites[site].shared_frees.load(std::memory_order_acquire);
    }
    threads.add_frees(page, frees);
    threads.add_allocs(page, allocs);
    for (std::uint32_t i = 0; i < kPage; ++i) {
      const std::uint32_t site = first_site + i;
      if (site < 1 || site > last || allocs[i] == 0) continue;
      BUCKETPROF_DCHECK(allocs[i] >= frees[i]);
      visit(site, allocs[i], allocs[i] - frees[i]);
    }
  }
}

}  // namespace bucketprof::record
