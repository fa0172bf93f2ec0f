// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/looks.h"

#include <algorithm>
#include <iterator>

#include "profiler/base/hash.h"
#include "profiler/record/slack.h"

namespace bucketprof::record {

std::uint32_t Looks::intern(const layout::Look& look) noexcept {
  if (look.layout == layout::Layout::kNone) return 0;
  const std::uint64_t words[] = {(std::uint64_t{look.slot_bytes} << 10U) | (look.is_proven ? 0x100U : 0U) |
                                     (look.is_deleted_known ? 0x200U : 0U) | static_cast<std::uint64_t>(look.layout),
                                 look.slots, look.full, look.deleted};
  const auto same = [&look](const Known& known) { return known.look == look; };
  const auto make = [&look](Known& known) {
    known.look = look;
    return true;
  };
  return looks_.intern(hash_words(words, std::size(words)), same, make);
}

std::uint32_t Looks::rounded(std::uint32_t look) noexcept {
  if (look == 0) return 0;
  layout::Look less = looks_[look].look;
  const auto rounded = [&less](std::uint64_t entries) {
    return std::min(less.slots, rounded_peak(tables::Kind::kUnknown, entries));
  };
  less.full = rounded(less.full);
  less.deleted = rounded(less.deleted);
  const std::uint32_t found = intern(less);
  return found == 0 ? look : found;
}

}  // namespace bucketprof::record
