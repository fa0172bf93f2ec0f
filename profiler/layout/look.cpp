// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/look.h"

#include <algorithm>

#include "profiler/layout/absl.h"
#include "profiler/layout/boost_open.h"
#include "profiler/layout/dense.h"
#include "profiler/layout/f14.h"
#include "profiler/layout/glib.h"
#include "profiler/layout/hashbrown.h"
#include "profiler/layout/llvm_string.h"
#include "profiler/layout/pointers.h"
#include "profiler/layout/qt6.h"
#include "profiler/layout/robin.h"
#include "profiler/layout/sightings.h"

namespace bucketprof::layout {
namespace {

struct Family {
  bool (*may_be)(std::uint64_t bytes) noexcept;
  void (*look_for)(BlockBytes& block, Sightings& seen) noexcept;
};

/// Each in the order in which their sizes are found fastest.
constexpr auto kNamed = std::to_array<Family>({{may_be_glib, look_for_glib},
                                               {may_be_dense, look_for_dense},
                                               {may_be_qt6, look_for_qt6},
                                               {may_be_llvm_string, look_for_llvm_string},
                                               {may_be_robin, look_for_robin},
                                               {may_be_pointers, look_for_pointers}});
constexpr auto kProving = std::to_array<Family>({{may_be_f14, look_for_f14},
                                                 {may_be_hashbrown, look_for_hashbrown},
                                                 {may_be_absl, look_for_absl},
                                                 {may_be_boost_open, look_for_boost_open}});

}  // namespace

bool may_be_array(std::uint64_t bytes) noexcept {
  const auto may_be = [bytes](const Family& family) { return family.may_be(bytes); };
  return std::any_of(kNamed.begin(), kNamed.end(), may_be) || std::any_of(kProving.begin(), kProving.end(), may_be);
}

Look look_at(BlockBytes& block) noexcept {
  Sightings seen;
  for (const Family& family : kProving) family.look_for(block, seen);
  if (seen.is_any()) return seen.only();  // the others would not beat it
  for (const Family& family : kNamed) family.look_for(block, seen);
  return seen.only();
}

}  // namespace bucketprof::layout
