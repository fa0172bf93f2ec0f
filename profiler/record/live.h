// SPDX-License-Identifier: Apache-2.0
//
// The live table: for each recorded block that is still in use, its site and, for bucket blocks, the number of their
// record. Sharded by address. The filter of alloc/record.h stands in front: in sampled mode nearly all frees are of
// blocks that are not recorded. Thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "profiler/base/arena.h"
#include "profiler/base/lock.h"

namespace bucketprof::record {

struct LiveBlock {
  std::uint32_t site = 0;
  std::uint32_t bucket_block = 0;  // number in Tables; 0: not a bucket block
};

class Live {
 public:
  static constexpr std::size_t kShards = 64;

  explicit constexpr Live(Arena& arena) : arena_(&arena) {}

  /// False when there is no room. The address is not in the table: recorded blocks leave it before they are freed.
  [[nodiscard]] bool insert(const void* block, LiveBlock facts) noexcept;
  /// Takes the block out, if it is there.
  [[nodiscard]] std::optional<LiveBlock> remove(const void* block) noexcept;

  void lock_all() noexcept;
  void unlock_all() noexcept;

 private:
  // Open addressing with linear probing, at most 3/4 full; removal shifts back, so there are no tombstones.
  struct Entry {
    std::uintptr_t address;  // 0: empty
    LiveBlock facts;
  };
  struct alignas(64) Shard {
    Lock lock;  // guards the rest
    Entry* entries = nullptr;
    std::uint64_t mask = 0;
    std::uint64_t count = 0;
  };

  [[nodiscard]] bool grow(Shard& shard) noexcept;

  Arena* arena_;
  std::array<Shard, kShards> shards_{};
};

}  // namespace bucketprof::record
