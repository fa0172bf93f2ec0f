// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/boost_open.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "profiler/layout/control_bytes.h"
#include "profiler/layout/group_shape.h"
#include "profiler/layout/untouched.h"
#include "profiler/tables/boost.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace bucketprof::layout {
namespace {

using tables::BoostArrays;

constexpr std::uint64_t kBytes = 16;  // of a group
constexpr std::uint64_t kSlots = BoostArrays::kGroup;
constexpr std::uint8_t kSentinel = 1;
constexpr std::uint64_t kFewestFull = 16;
constexpr std::uint64_t kFewestBits = 24;   // beside those of the sentinel
constexpr std::uint64_t kFullsOfBit = 177;  // so many bytes of which none is 1 are a bit of evidence

/// Calls use(groups, slot_bytes) for all arrays of `bytes` bytes, those of most groups first, until it returns true;
/// whether it did.
template <class Use>
bool any_fit(std::uint64_t bytes, Use use) noexcept {
  for (std::uint64_t groups = std::bit_floor((bytes + 1) / (kBytes + kSlots)); groups > 1; groups /= 2) {
    const std::uint64_t slots = groups * kSlots - 1;
    const std::uint64_t described = kBytes * (groups + 1);
    const std::uint64_t most = std::min((bytes - std::min(bytes, described - 1)) / slots, kMostSlotBytes);
    const std::uint64_t least = (bytes - std::min(bytes, described)) / (slots + 1);
    for (std::uint64_t slot_bytes = std::max<std::uint64_t>(least, 1); slot_bytes <= most; ++slot_bytes) {
      if (bytes % slot_bytes == 0 && BoostArrays{slot_bytes}.bytes(slots) == bytes && use(groups, slot_bytes))
        return true;
    }
  }
  return false;
}

struct Counts {
  std::uint64_t full = 0;
  std::uint64_t erased = 0;  // at least

  void add(const Counts& more) noexcept {
    full += more.full;
    erased += more.erased;
  }
};

/// A group that an entry passed over was full: since then as many were erased as there are free slots.
std::uint64_t erased_of(const std::byte* group, std::uint64_t slots) noexcept {
  if (value_of(group[kSlots]) == 0) return 0;
  return static_cast<std::uint64_t>(std::count(group, group + slots, std::byte{0}));
}

/// Of groups of which none is the last; nullopt if one has a sentinel.
std::optional<Counts> counts_of_groups(const std::byte* groups, std::uint64_t count) noexcept {
  std::uint64_t free = 0;
  std::uint64_t erased = 0;
#ifdef __SSE2__
  const __m128i zero = _mm_setzero_si128();
  const __m128i sentinel = _mm_set1_epi8(kSentinel);
  __m128i sentinels = zero;
  for (std::uint64_t i = 0; i < count;) {
    const std::uint64_t end = std::min<std::uint64_t>(count, i + 255);  // what a counter of a byte holds
    __m128i frees = zero;
    for (; i < end; ++i) {
      const __m128i group = _mm_loadu_si128(reinterpret_cast<const __m128i*>(groups + i * kBytes));
      frees = _mm_sub_epi8(frees, _mm_cmpeq_epi8(group, zero));
      sentinels = _mm_or_si128(sentinels, _mm_cmpeq_epi8(group, sentinel));
      erased += erased_of(groups + i * kBytes, kSlots);
    }
    const __m128i sums = _mm_sad_epu8(_mm_slli_si128(frees, 1), zero);  // without the 16th byte
    free += static_cast<std::uint64_t>(_mm_cvtsi128_si64(sums)) +
            static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums)));
  }
  constexpr int kAll = (1 << kSlots) - 1;
  if ((_mm_movemask_epi8(sentinels) & kAll) != 0) return std::nullopt;
#else
  for (std::uint64_t i = 0; i < count * kBytes; ++i) {
    if (i % kBytes == kSlots) continue;
    if (value_of(groups[i]) == kSentinel) return std::nullopt;
    free += value_of(groups[i]) == 0 ? 1 : 0;
  }
  for (std::uint64_t i = 0; i < count; ++i) erased += erased_of(groups + i * kBytes, kSlots);
#endif
  return Counts{count * kSlots - free, erased};
}

/// Whether groups look like groups, beside what is legal.
class Sample {
 public:
  void add(const std::byte* groups, std::uint64_t count) noexcept {
    for (std::uint64_t i = 0; i < count && !shape_.is_complete(); ++i) {
      std::uint32_t full = 0;
      for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
        const std::uint8_t value = value_of(groups[i * kBytes + slot]);
        if (value == 0) continue;
        full |= 1U << slot;
        tags_.add(value);
      }
      shape_.add(full, kSlots);
    }
  }
  [[nodiscard]] bool is_convincing(std::uint64_t full) const noexcept {
    return shape_.bits() + full / kFullsOfBit >= kFewestBits && shape_.is_even() && tags_.is_spread(64);
  }

 private:
  GroupShape shape_;
  TagSample tags_;
};

std::optional<Counts> counts_in_groups(BlockBytes& block, std::uint64_t offset, std::uint64_t groups,
                                       Sample* sample) noexcept {
  constexpr std::uint64_t kFirst = 16;  // most arrays of anything else end here
  Counts all;
  for (std::uint64_t done = 0; done < groups;) {
    const std::uint64_t step = std::min(groups - done, done == 0 ? kFirst : BlockBytes::kAtOnce / kBytes);
    const std::byte* const bytes = block.read(offset + done * kBytes, step * kBytes);
    if (bytes == nullptr) return std::nullopt;
    const auto of_step = counts_of_groups(bytes, step);
    if (!of_step) return std::nullopt;
    if (sample != nullptr) sample->add(bytes, step);
    all.add(*of_step);
    done += step;
  }
  return all;
}

/// Of the last group; nullopt if it is none.
std::optional<Counts> counts_of_last(BlockBytes& block, std::uint64_t offset) noexcept {
  const std::byte* const group = block.read(offset, kBytes);
  if (group == nullptr || value_of(group[kSlots - 1]) != kSentinel) return std::nullopt;
  std::uint64_t full = 0;
  for (std::uint64_t i = 0; i + 1 < kSlots; ++i) {
    if (value_of(group[i]) == kSentinel) return std::nullopt;
    full += value_of(group[i]) != 0 ? 1 : 0;
  }
  return Counts{full, erased_of(group, kSlots - 1)};
}

struct Groups {
  Counts counts;
  bool is_proven = false;
};

/// What the groups of an array say, if all bytes are legal.
std::optional<Groups> groups_at(BlockBytes& block, std::uint64_t offset, std::uint64_t groups) noexcept {
  const auto last = counts_of_last(block, offset + (groups - 1) * kBytes);
  if (!last) return std::nullopt;
  Sample sample;  // of the first half: the groups of a smaller array are nested in the second
  const std::uint64_t half = groups / 2;
  const auto first = counts_in_groups(block, offset, half, &sample);
  if (!first) return std::nullopt;
  auto second = counts_in_groups(block, offset + half * kBytes, half - 1, nullptr);
  if (!second) return std::nullopt;
  second->add(*last);
  Counts all = *first;
  all.add(*second);
  if (all.full > BoostArrays::limit(groups * kSlots - 1)) return std::nullopt;
  const bool is_proven =
      all.full >= kFewestFull && are_balanced(first->full, second->full) && sample.is_convincing(all.full);
  return Groups{all, is_proven};
}

}  // namespace

bool may_be_boost_open(std::uint64_t bytes) noexcept {
  return any_fit(bytes, [](std::uint64_t, std::uint64_t) { return true; });
}

void look_for_boost_open(BlockBytes& block, Sightings& seen) noexcept {
  any_fit(block.size(), [&](std::uint64_t groups, std::uint64_t slot_bytes) {
    const std::uint64_t slots = groups * kSlots - 1;
    const std::uint64_t end = slots * slot_bytes;
    const std::uint64_t offset = end + (kBytes - (block.address() + end) % kBytes) % kBytes;
    const auto found = groups_at(block, offset, groups);
    if (!found) return false;
    const std::uint64_t full = found->counts.full;
    const bool is_known = !is_sparse(full, BoostArrays::limit(slots)) ||
                          are_of_entries(touched_words(block, 0, slots, slot_bytes), full, slots);
    if (full == 0 && !is_known) return false;
    const Look look{.layout = Layout::kBoostOpen,
                    .slot_bytes = static_cast<std::uint32_t>(slot_bytes),
                    .slots = slots,
                    .full = full,
                    .deleted = found->counts.erased,
                    .is_deleted_known = is_known};
    if (found->is_proven) {
      seen.add(look);
    } else {
      seen.add_unproven(look);
    }
    return found->is_proven;
  });
}

}  // namespace bucketprof::layout
