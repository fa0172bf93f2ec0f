// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/f14.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "profiler/layout/control_bytes.h"
#include "profiler/layout/group_shape.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace bucketprof::layout {
namespace {

constexpr std::uint64_t kHead = 16;
constexpr std::uint32_t kTags = 12;
constexpr std::uint64_t kTaken = kTags - 2;  // entries of a chunk on average, at most
constexpr std::uint64_t kChunk = 64;         // bytes
constexpr std::uint64_t kItem = 4;
constexpr std::uint64_t kMostTold = 4096;  // chunks, of which the first says how many entries all take
constexpr std::uint8_t kSaturated = 254;
constexpr std::uint64_t kFewestChunks = 8;
constexpr std::uint64_t kFewestFull = 16;
constexpr std::uint64_t kFewestBits = 24;

/// Bit i: tag i is not 0.
std::uint32_t fulls_of(const std::byte* head) noexcept {
#ifdef __SSE2__
  const __m128i tags = _mm_loadu_si128(reinterpret_cast<const __m128i*>(head));
  const int empty = _mm_movemask_epi8(_mm_cmpeq_epi8(tags, _mm_setzero_si128()));
  return ~static_cast<std::uint32_t>(empty) & ((1U << kTags) - 1);
#else
  std::uint32_t full = 0;
  for (std::uint32_t i = 0; i < kTags; ++i) full |= head[i] != std::byte{0} ? 1U << i : 0;
  return full;
#endif
}

/// Calls use(chunks, slot_bytes) for all arrays of `bytes` bytes, those of most chunks first, until it returns true;
/// whether it did.
template <class Use>
bool any_fit(std::uint64_t bytes, Use use) noexcept {
  if (bytes < kFewestChunks * kChunk) return false;
  for (std::uint64_t chunks = std::bit_floor(bytes / kChunk); chunks >= kFewestChunks; chunks /= 2) {
    if (bytes % chunks != 0) continue;
    const std::uint64_t values = bytes / chunks - kChunk;
    if (values % kTaken != 0 || values / kTaken > kMostSlotBytes) continue;
    if (use(chunks, values == 0 ? kItem : values / kTaken)) return true;
  }
  return false;
}

/// What chunks say.
class Chunks {
 public:
  explicit Chunks(std::uint64_t chunks) noexcept : chunks_(chunks) {}

  /// The head of the next chunk; false if it is not legal.
  bool add(const std::byte* head) noexcept {
    const std::uint64_t told = value_of(head[kTags]) + (std::uint64_t{value_of(head[kTags + 1])} << 8U);
    const bool is_first = count_++ == 0;
    if (told != (is_first ? kTaken * std::min(chunks_, kMostTold) : 0)) return false;
    if ((value_of(head[14]) & 15U) != 0) return false;
    const std::uint32_t full = fulls_of(head);
    const auto fulls = static_cast<std::uint64_t>(std::popcount(full));
    const std::uint64_t hosted = value_of(head[14]) >> 4U;
    const std::uint64_t outbound = value_of(head[15]);
    if (hosted > fulls || outbound > kSaturated) return false;
    full_ += fulls;
    hosted_ += hosted;
    outbound_ += outbound;
    is_saturated_ |= outbound == kSaturated;
    most_outbound_ = std::max(most_outbound_, outbound == kSaturated ? 0 : outbound);
    counted_ += hosted + outbound != 0 ? 1 : 0;
    if (shape_.is_complete()) return true;
    shape_.add(full, kTags);
    for (std::uint32_t i = 0; i < kTags; ++i) {
      if (head[i] != std::byte{0}) tags_.add(value_of(head[i]));
    }
    return true;
  }

  [[nodiscard]] std::uint64_t full() const noexcept { return full_; }
  [[nodiscard]] bool is_convincing() const noexcept {
    if (full_ < kFewestFull || full_ > chunks_ * kTaken) return false;
    // Each entry that is hosted found no room in one chunk at least, and those of one chunk are hosted by others.
    if (!is_saturated_ && hosted_ > outbound_) return false;
    if (most_outbound_ > hosted_) return false;
    return std::max(shape_.bits(), bits_of_counts()) >= kFewestBits && shape_.is_even() && tags_.is_spread(32);
  }

 private:
  /// Bits of evidence that the last four bytes of heads are mostly 0. If they were as likely to be as tags are, each
  /// tag that is not made this less likely by 4 / 12 / ln 2 bits.
  [[nodiscard]] std::uint64_t bits_of_counts() const noexcept {
    const std::uint64_t bits = full_ * (chunks_ - counted_) / chunks_ / 3;
    return bits - std::min(bits, counted_ * 4);
  }

  std::uint64_t chunks_;
  std::uint64_t count_ = 0;
  std::uint64_t full_ = 0;
  std::uint64_t hosted_ = 0;
  std::uint64_t outbound_ = 0;
  std::uint64_t most_outbound_ = 0;
  std::uint64_t counted_ = 0;  // chunks with a count
  bool is_saturated_ = false;
  GroupShape shape_;
  TagSample tags_;
};

std::optional<std::uint64_t> full_of(BlockBytes& block, std::uint64_t chunks) noexcept {
  Chunks seen(chunks);
  for (std::uint64_t done = 0; done < chunks;) {
    const std::uint64_t step = std::min(chunks - done, done == 0 ? 1 : BlockBytes::kAtOnce / kChunk);
    const std::byte* const bytes = block.read(done * kChunk, step * kChunk);
    if (bytes == nullptr) return std::nullopt;
    for (std::uint64_t i = 0; i < step; ++i) {
      if (!seen.add(bytes + i * kChunk)) return std::nullopt;
    }
    done += step;
  }
  return seen.is_convincing() ? std::optional(seen.full()) : std::nullopt;
}

}  // namespace

bool may_be_f14(std::uint64_t bytes) noexcept {
  return any_fit(bytes, [](std::uint64_t, std::uint64_t) { return true; });
}

void look_for_f14(BlockBytes& block, Sightings& seen) noexcept {
  if (block.address() % kHead != 0) return;
  any_fit(block.size(), [&](std::uint64_t chunks, std::uint64_t slot_bytes) {
    if (const auto full = full_of(block, chunks)) {
      seen.add({.layout = Layout::kF14,
                .slot_bytes = static_cast<std::uint32_t>(slot_bytes),
                .slots = chunks * kTaken,
                .full = *full});
      return true;  // its first chunks may be those of a smaller one, of which the first chunk says the same
    }
    return false;
  });
}

}  // namespace bucketprof::layout
