// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/look.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "profiler/base/hash.h"
#include "profiler/layout/absl.h"
#include "profiler/layout/boost_open.h"
#include "profiler/layout/dense.h"
#include "profiler/layout/f14.h"
#include "profiler/layout/glib.h"
#include "profiler/layout/hashbrown.h"
#include "profiler/layout/llvm_string.h"
#include "profiler/layout/qt6.h"
#include "profiler/layout/robin.h"
#include "profiler/layout/sightings.h"

namespace bucketprof::layout {
namespace {

struct Family {
  bool (*may_be)(std::uint64_t bytes) noexcept;
  void (*look_for)(BlockBytes& block, Sightings& seen) noexcept;
};

/// Those that prove themselves come first: the others do not beat them. Buckets of tables with nodes are
/// not among them: they do not tell how many entries there are, and many an array of pointers has such a size, so that
/// a program would be looked at for nothing.
constexpr auto kFamilies = std::to_array<Family>({{may_be_f14, look_for_f14},
                                                  {may_be_hashbrown, look_for_hashbrown},
                                                  {may_be_absl, look_for_absl},
                                                  {may_be_boost_open, look_for_boost_open},
                                                  {may_be_glib, look_for_glib},
                                                  {may_be_dense, look_for_dense},
                                                  {may_be_qt6, look_for_qt6},
                                                  {may_be_llvm_string, look_for_llvm_string},
                                                  {may_be_robin, look_for_robin}});
constexpr std::size_t kProving = 4;

/// Sizes for which it has been found out which families may have arrays of them, by a hash: size << 16 | a bit for
/// each. To find that out takes longer than most looks. Sizes may displace each other.
constinit std::array<std::atomic<std::uint64_t>, 1024> known_sizes{};

std::uint64_t families_of(std::uint64_t bytes) noexcept {
  std::atomic<std::uint64_t>& place = known_sizes[mix(5, bytes) % known_sizes.size()];
  const std::uint64_t known = place.load(std::memory_order_relaxed);
  if (known != 0 && known >> 16U == bytes) return known & 0xFFFFU;
  std::uint64_t families = 0;
  for (std::size_t i = 0; i < kFamilies.size(); ++i) families |= std::uint64_t{kFamilies[i].may_be(bytes)} << i;
  place.store(bytes << 16U | families, std::memory_order_relaxed);
  return families;
}

}  // namespace

bool may_be_array(std::uint64_t bytes) noexcept { return families_of(bytes) != 0; }

Look look_at(BlockBytes& block) noexcept {
  const std::uint64_t families = families_of(block.size());
  Sightings seen;
  for (std::size_t i = 0; i < kFamilies.size(); ++i) {
    if (i == kProving && seen.only().is_proven) break;
    if ((families >> i & 1U) != 0) kFamilies[i].look_for(block, seen);
  }
  return seen.only();
}

}  // namespace bucketprof::layout
