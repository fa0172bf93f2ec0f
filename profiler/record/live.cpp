// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/live.h"

#include <mutex>

#include "profiler/alloc/record.h"
#include "profiler/record/hash.h"

namespace bucketprof::alloc {

constinit std::array<std::atomic<std::uint8_t>, std::size_t{1} << kFilterBits> recorded_filter{};

}  // namespace bucketprof::alloc

namespace bucketprof::record {
namespace {

constexpr std::uint64_t kFirstEntries = 256;  // one page a shard
constexpr std::uint8_t kSticky = 255;

std::uint64_t hash_of(std::uintptr_t address) noexcept { return mix(0, address); }

// Different bits of the hash choose shard and entry.
std::size_t shard_of(std::uint64_t hash) noexcept { return (hash >> 40U) % Live::kShards; }

}  // namespace

bool Live::grow(Shard& shard) noexcept {
  const std::uint64_t entries = shard.entries == nullptr ? kFirstEntries : (shard.mask + 1) * 2;
  auto* bigger = static_cast<Entry*>(arena_->map(entries * sizeof(Entry)));
  if (bigger == nullptr) return false;
  if (shard.entries != nullptr) {
    for (std::uint64_t i = 0; i <= shard.mask; ++i) {
      const Entry& entry = shard.entries[i];
      if (entry.address == 0) continue;
      std::uint64_t at = hash_of(entry.address);
      while (bigger[at & (entries - 1)].address != 0) ++at;
      bigger[at & (entries - 1)] = entry;
    }
    arena_->unmap(shard.entries, (shard.mask + 1) * sizeof(Entry));
  }
  shard.entries = bigger;
  shard.mask = entries - 1;
  return true;
}

bool Live::insert(const void* block, LiveBlock facts) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  const std::uint64_t hash = hash_of(address);
  Shard& shard = shards_[shard_of(hash)];
  const std::scoped_lock guard(shard.lock);
  if ((shard.entries == nullptr || (shard.count + 1) * 4 > (shard.mask + 1) * 3) && !grow(shard)) return false;
  std::uint64_t at = hash;
  while (shard.entries[at & shard.mask].address != 0) ++at;
  shard.entries[at & shard.mask] = {address, facts};
  ++shard.count;
  // Places are shared by shards: add.
  std::atomic<std::uint8_t>& place = alloc::filter_place(block);
  std::uint8_t seen = place.load(std::memory_order_relaxed);
  while (seen != kSticky &&
         !place.compare_exchange_weak(seen, static_cast<std::uint8_t>(seen + 1), std::memory_order_relaxed)) {
  }
  return true;
}

std::optional<LiveBlock> Live::remove(const void* block) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  const std::uint64_t hash = hash_of(address);
  std::atomic<std::uint8_t>& place = alloc::filter_place(block);
  if (place.load(std::memory_order_relaxed) == 0 || address == 0) return std::nullopt;

  Shard& shard = shards_[shard_of(hash)];
  const std::scoped_lock guard(shard.lock);
  if (shard.entries == nullptr) return std::nullopt;
  std::uint64_t hole = hash;
  while (shard.entries[hole & shard.mask].address != address) {
    if (shard.entries[hole & shard.mask].address == 0) return std::nullopt;
    ++hole;
  }
  hole &= shard.mask;
  const LiveBlock facts = shard.entries[hole].facts;
  // Move back each later entry of the run that may stand at or before the hole.
  for (std::uint64_t at = (hole + 1) & shard.mask; shard.entries[at].address != 0; at = (at + 1) & shard.mask) {
    const std::uint64_t home = hash_of(shard.entries[at].address) & shard.mask;
    if (((at - home) & shard.mask) >= ((at - hole) & shard.mask)) {
      shard.entries[hole] = shard.entries[at];
      hole = at;
    }
  }
  shard.entries[hole] = Entry{};
  --shard.count;
  std::uint8_t seen = place.load(std::memory_order_relaxed);
  while (seen != kSticky &&
         !place.compare_exchange_weak(seen, static_cast<std::uint8_t>(seen - 1), std::memory_order_relaxed)) {
  }
  return facts;
}

void Live::lock_all() noexcept {
  for (Shard& shard : shards_) shard.lock.lock();
}

void Live::unlock_all() noexcept {
  for (Shard& shard : shards_) shard.lock.unlock();
}

}  // namespace bucketprof::record
