// SPDX-License-Identifier: Apache-2.0
//
// The recorder's own memory, one arena for each purpose. Thread-safe.
#pragma once

#include <array>
#include <cstdint>

#include "profiler/base/arena.h"

namespace bucketprof::record {

/// The recorder's own memory, bytes.
struct Memory {
  std::uint64_t all = 0;
  std::uint64_t live = 0;     // the table of live blocks
  std::uint64_t tables = 0;   // handles, records of bucket blocks, totals of freed ones
  std::uint64_t sites = 0;    // and names and scopes
  std::uint64_t stacks = 0;   // and rules
  std::uint64_t threads = 0;  // ThreadBlocks with their counters
  std::uint64_t replay = 0;   // remembered stacks
};

/// Their purposes are those of Memory.
struct Arenas {
  Arena all;  // the parent of the next six; has the memory limit
  Arena live{all};
  Arena tables{all};
  Arena sites{all};
  Arena stacks{all};
  Arena threads{all};
  Arena replay{all};
  Arena scratch;  // for snapshots; without a limit, so that a profile can be written when the limit is reached

  /// Those whose locks a fork takes.
  [[nodiscard]] std::array<Arena*, 6> parts() noexcept { return {&live, &tables, &sites, &stacks, &threads, &replay}; }
  [[nodiscard]] Memory mapped() const noexcept {
    return {.all = all.mapped(),
            .live = live.mapped(),
            .tables = tables.mapped(),
            .sites = sites.mapped(),
            .stacks = stacks.mapped(),
            .threads = threads.mapped(),
            .replay = replay.mapped()};
  }
};

}  // namespace bucketprof::record
