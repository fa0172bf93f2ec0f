// SPDX-License-Identifier: Apache-2.0
//
// The recorder's looks at blocks of no table (looking.h).
#include <mutex>

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
  constexpr std::uint64_t kMostBlocks = 200'000;  // a look takes a few microseconds
  constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 33U;
  const ReentrancyGuard reentrancy;
  PageVector<Tables::Live> live(arenas_.scratch);
  {
    const std::scoped_lock guard(snapshot_lock_);
    (void)tables_.list(live);  // without room for all, the rest is not looked at
  }
  std::uint64_t looked = 0;
  std::uint64_t bytes = 0;
  for (const Tables::Live& block : live.span()) {
    if (looked == kMostBlocks || bytes > kMostBytes || sandbox::entered()) break;
    ++looked;
    Site& site = sites_[block.site];
    bytes += site.key.bytes;
    tables_.note_look(block, looks_.intern(looking_.at_live(block.address, site)));
  }
  looking_.skip(live.size() - looked);
}

}  // namespace bucketprof::record
