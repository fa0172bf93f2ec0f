// SPDX-License-Identifier: Apache-2.0
//
// The recorder's looks at blocks of no table (looking.h).
#include <mutex>

#include "profiler/record/now.h"
#include "profiler/record/recorder.h"
#include "profiler/record/reentrancy_guard.h"
#include "profiler/record/thread_slot.h"

namespace bucketprof::record {

// Only blocks that will be looked at get a record: it costs more than a count.
bool Recorder::add_block_of_nobody(SiteCounter& counter, const Allocation& allocation) noexcept {
  Site& site = *counter.site;
  if (!looking_.wants(site)) return add_plain_block(counter, allocation, slot.number);
  const std::uint32_t number =
      tables_.add_block_of_nobody(reinterpret_cast<std::uintptr_t>(allocation.block), site.number, slot.number);
  if (number == 0) return false;
  if (live_.insert(allocation.block, LiveBlock::of_bucket_block(number), slot.number)) return true;
  tables_.drop_block(number, slot.number);
  return false;
}

/// The number of what is seen in a block that has been taken out of the live table; 0: nothing.
std::uint32_t Recorder::look_at_freed(std::uint32_t number, const void* there) noexcept {
  const std::uint32_t site = there == nullptr ? 0 : tables_.site_of_nobodys(number, slot.number);
  return site == 0 ? 0 : looks_.intern(looking_.at_freed(there, sites_[site]));
}

// No lock is held during a look, so no free waits for it. What the program changes or frees meanwhile does no harm: the
// look cannot fault, and is only noted if the block was live all the time.
void Recorder::look_at_live() noexcept {
  constexpr std::int64_t kLongest = 1'000'000'000;  // nanoseconds: the program may be waiting to end
  constexpr std::uint64_t kStep = 64;               // blocks
  const ReentrancyGuard reentrancy;
  PageVector<Tables::Live> live(arenas_.scratch);
  {
    const std::scoped_lock guard(snapshot_lock_);
    (void)tables_.list(live);  // without room for all, the rest is not looked at
  }
  std::uint64_t looked = 0;
  const std::int64_t until = now_nanos() + kLongest;
  for (const Tables::Live& block : live.span()) {
    if (sandbox::entered() || (looked % kStep == 0 && now_nanos() > until)) break;
    ++looked;
    tables_.note_look(block, looks_.intern(looking_.at_live(block.address, sites_[block.site])));
  }
  looking_.skip(live.size() - looked);
}

}  // namespace bucketprof::record
