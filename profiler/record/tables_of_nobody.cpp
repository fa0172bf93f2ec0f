// SPDX-License-Identifier: Apache-2.0
//
// The records of blocks of no table, which are looked at to see whether they are arrays of one.
#include <algorithm>

#include "profiler/base/hash.h"
#include "profiler/record/tables.h"

namespace bucketprof::record {

// By the thread, whose shard is then seldom used by others.
std::uint32_t Tables::add_block_of_nobody(std::uintptr_t address, std::uint32_t site, std::uint64_t me) noexcept {
  Shard& shard = shards_[(mix(2, me) >> 32U) % kShards];
  const BiasedGuard guard(shard.lock, me);
  const std::uint32_t local = take(shard);
  if (local == 0) return 0;
  BucketBlock& block = shard.block(local);
  block = {};
  block.table = &shard.nobody;
  block.address = address;
  block.site = site;
  block.serial = ++shard.serial;
  return number_in(shard, local);
}

std::uint32_t Tables::site_of_nobodys(std::uint32_t number, std::uint64_t me) noexcept {
  Shard& shard = shard_of_block(number);
  const BiasedGuard guard(shard.lock, me);
  const BucketBlock& block = shard.block(number >> kShardBits);
  return block.table == &shard.nobody ? block.site : 0;
}

bool Tables::list(PageVector<Live>& live) noexcept {
  bool room = true;
  for (Shard& shard : shards_) {
    for (std::uint32_t next = 1; next != 0;) {
      room = live.reserve(2 * kAtOnce) && room;  // takes too long to do under the lock
      const BiasedVisit guard(shard.lock);
      const std::uint32_t last = std::min(shard.made, next + kAtOnce - 1);
      for (std::uint32_t local = next; local <= last; ++local) {
        const BucketBlock& block = shard.block(local);
        if (block.table != &shard.nobody) continue;
        room = room && live.push_back({.address = block.address,
                                       .site = block.site,
                                       .number = number_in(shard, local),
                                       .serial = block.serial});
      }
      next = last >= shard.made ? 0 : last + 1;
    }
  }
  return room;
}

// If the record is still the same one, the block has been live all the time.
void Tables::note_look(const Live& block, std::uint32_t look) noexcept {
  Shard& shard = shard_of_block(block.number);
  const BiasedVisit guard(shard.lock);
  BucketBlock& now = shard.block(block.number >> kShardBits);
  if (now.table == &shard.nobody && now.serial == block.serial) now.look = look;
}

}  // namespace bucketprof::record
