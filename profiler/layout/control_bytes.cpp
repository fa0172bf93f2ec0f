// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/control_bytes.h"

#include <algorithm>
#include <bit>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace bucketprof::layout {
namespace {

void count_one(std::byte byte, const ControlValues& values, ControlCounts& counts) {
  const std::uint8_t value = value_of(byte);
  counts.full += value < 0x80 ? 1 : 0;
  counts.empty += value == values.empty ? 1 : 0;
  counts.deleted += value == values.deleted ? 1 : 0;
}

#ifdef __SSE2__
/// The sum of 16 counters of a byte.
std::uint64_t sum_of(__m128i counters) {
  const __m128i sums = _mm_sad_epu8(counters, _mm_setzero_si128());
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(sums)) +
         static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums)));
}
#endif

}  // namespace

ControlCounts counts_of(const std::byte* bytes, std::size_t count, const ControlValues& values) noexcept {
  ControlCounts counts;
  std::size_t i = 0;
#ifdef __SSE2__
  const __m128i empty = _mm_set1_epi8(static_cast<char>(values.empty));
  const __m128i deleted = _mm_set1_epi8(static_cast<char>(values.deleted));
  const __m128i last_special = _mm_set1_epi8(-1);
  while (count - i >= 16) {
    // A counter of a byte holds what 255 steps add.
    const std::size_t end = i + std::min<std::size_t>((count - i) / 16, 255) * 16;
    __m128i fulls = _mm_setzero_si128();
    __m128i empties = fulls;
    __m128i deleteds = fulls;
    for (; i < end; i += 16) {
      const __m128i group = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i));
      fulls = _mm_sub_epi8(fulls, _mm_cmpgt_epi8(group, last_special));
      empties = _mm_sub_epi8(empties, _mm_cmpeq_epi8(group, empty));
      deleteds = _mm_sub_epi8(deleteds, _mm_cmpeq_epi8(group, deleted));
    }
    counts.full += sum_of(fulls);
    counts.empty += sum_of(empties);
    counts.deleted += sum_of(deleteds);
  }
#endif
  for (; i < count; ++i) count_one(bytes[i], values, counts);
  return counts;
}

namespace {

/// Adds the bytes of full slots. Nearly empty arrays are what looks are for: groups without any are passed at once.
void sample(const std::byte* bytes, std::size_t count, TagSample& tags) {
  std::size_t i = 0;
#ifdef __SSE2__
  for (; count - i >= 16 && tags.size() < TagSample::kMost; i += 16) {
    const __m128i group = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i));
    auto full = ~static_cast<std::uint32_t>(_mm_movemask_epi8(group)) & 0xFFFFU;
    for (; full != 0; full &= full - 1) tags.add(value_of(bytes[i + static_cast<unsigned>(std::countr_zero(full))]));
  }
#endif
  for (; i < count && tags.size() < TagSample::kMost; ++i) {
    if (value_of(bytes[i]) < 0x80) tags.add(value_of(bytes[i]));
  }
}

}  // namespace

std::optional<ControlCounts> counts_in(BlockBytes& block, std::uint64_t offset, std::uint64_t count,
                                       const ControlValues& values, TagSample& tags) noexcept {
  constexpr std::uint64_t kFirst = 256;  // most arrays of anything else end here
  ControlCounts all;
  for (std::uint64_t done = 0; done < count;) {
    const std::uint64_t step = std::min(count - done, done == 0 ? kFirst : BlockBytes::kAtOnce);
    const std::byte* const bytes = block.read(offset + done, step);
    if (bytes == nullptr) return std::nullopt;
    const ControlCounts counts = counts_of(bytes, step, values);
    if (counts.full + counts.empty + counts.deleted != step) return std::nullopt;
    all.full += counts.full;
    all.empty += counts.empty;
    all.deleted += counts.deleted;
    if (counts.full != 0) sample(bytes, step, tags);
    done += step;
  }
  return all;
}

}  // namespace bucketprof::layout
