// SPDX-License-Identifier: Apache-2.0
#include "profiler/stack/replay.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "profiler/base/dcheck.h"

namespace bucketprof::stack {
namespace {

// The memory doubles when it is full, up to kLargestPool; from then on it is cleared when it is full. Its second half
// has only stacks that came back, so it grows with those: an interpreter that is some 50 calls deep has thousands, of
// 2 KiB each. There is one place for each 64 bytes of segments, about the size of a segment with a handful of words.
constexpr std::size_t kFirstPool = 32 * 1024;
constexpr std::size_t kLargestPool = 16 * 1024 * 1024;
constexpr std::size_t kPoolBytesPerPlace = 64;

}  // namespace

constinit Replay::Segment Replay::none{};

void Replay::renew() noexcept {
  const std::uint64_t state = code_state.load(std::memory_order_acquire);
  if ((state & kUnloadsUnderWay) != 0) return;
  state_ = state;
  forget();
}

void Replay::forget() noexcept {
  if (places_used_ != 0) std::memset(static_cast<void*>(places_), 0, (mask_ + 1) * sizeof(Place));
  places_used_ = 0;
  begin_pool();
}

/// The pool is empty, but for zeros: a segment that is at no anchor.
void Replay::begin_pool() noexcept {
  pool_used_ = sizeof(Segment);
  missed_ = nullptr;
  predicted_ = &none;
  successor_ = nullptr;
  history_ = 0;
}

bool Replay::release(Arena& arena) noexcept {
  if (places_ == nullptr) return false;
  arena.unmap(places_, (mask_ + 1) * sizeof(Place));
  arena.unmap(pool_, pool_bytes_);
  places_ = nullptr;
  pool_ = nullptr;
  places_used_ = mask_ = pool_bytes_ = 0;
  begin_pool();
  return true;
}

/// Whether this stack was seen before. A new tag replaces another one in the same slot with probability 1/2, so that of
/// several stacks that alternate in a slot each is recognised sooner or later.
bool Replay::comes_back(const Anchor& anchor, std::uint32_t stack) noexcept {
  const std::uint64_t hash = home_of(anchor.return_address ^ (std::uint64_t{stack} << 32U), anchor.stack_pointer);
  const auto tag = static_cast<std::uint16_t>(hash | 1U);
  std::uint16_t& seen = seen_[(hash >> 16U) % seen_.size()];
  if (seen == tag) return true;
  random_ = random_ * 1664525U + 1013904223U;
  if (seen == 0 || random_ >> 31U != 0) seen = tag;
  return false;
}

bool Replay::has_room(std::size_t bytes) const noexcept {
  return places_ != nullptr && pool_used_ + bytes <= pool_bytes_ && (places_used_ + 1) * 2 <= mask_ + 1;
}

/// Gets more memory, without the stacks of the old one: they are soon walked again.
bool Replay::grow(Arena& arena) noexcept {
  if (pool_bytes_ >= kLargestPool) return false;
  const std::size_t bytes = std::max(kFirstPool, pool_bytes_ * 2);
  const std::size_t places = bytes / kPoolBytesPerPlace;
  if (!arena.has_plenty(bytes + places * sizeof(Place))) return false;
  void* const more_places = arena.map(places * sizeof(Place));
  void* const more_pool = more_places == nullptr ? nullptr : arena.map(bytes);
  if (more_pool == nullptr) {
    if (more_places != nullptr) arena.unmap(more_places, places * sizeof(Place));
    return false;
  }
  release(arena);
  places_ = static_cast<Place*>(more_places);
  mask_ = places - 1;
  pool_ = static_cast<std::byte*>(more_pool);
  pool_bytes_ = bytes;
  begin_pool();
  return true;
}

Replay::Remembered* Replay::find_unpredicted(const Anchor& anchor) noexcept {
  missed_ = nullptr;
  if (code_state.load(std::memory_order_acquire) != state_) {
    renew();
    return nullptr;
  }
  Place* const place = look_up(anchor.return_address, anchor.stack_pointer);
  Segment* const segment = place == nullptr ? nullptr : find_at(*place, anchor);
  if (segment == nullptr) return nullptr;
  place->segment = offset_of(*segment);
  if (successor_ != nullptr) *successor_ = place->segment;
  unpredicted_.store(unpredicted() + 1, std::memory_order_relaxed);
  return found(*segment);
}

Replay::Segment* Replay::find_at(const Place& place, const Anchor& anchor) noexcept {
  Segment* segment = segment_at(place.segment);
  for (std::uint32_t word = 0;; ++word) {
    word = word / Words::kCount * Words::kCount;
    while (word != segment->words && differing(segment->groups()[word / Words::kCount], anchor) == 0) {
      word += Words::kCount;
    }
    if (word == segment->words) return segment;
    while (word_at(anchor, segment->offset(word)) == segment->value(word)) ++word;
    // Stacks that differ at a shared word, or at the word where this segment differs from its parent, are entered as
    // branches of the segment that had the shared words first.
    while (segment->parent != 0 && word <= segment->shared) segment = segment_at(segment->parent);
    const Place* const other = look_up(branch(offset_of(*segment), word), word_at(anchor, segment->offset(word)));
    if (other == nullptr) {
      missed_ = segment;
      missed_word_ = word;
      return nullptr;
    }
    segment = segment_at(other->segment);
  }
}

void Replay::remember(const Anchor& anchor, const Trace& trace, std::uint32_t stack, Arena& arena) noexcept {
  if (code_state.load(std::memory_order_acquire) != state_) return;
  const bool choosy = expects_few_ || (places_ != nullptr && pool_used_ > pool_bytes_ / 2);
  if (choosy && !comes_back(anchor, stack)) return;
  const std::size_t groups = (trace.reads + Words::kCount - 1) / Words::kCount;
  const std::size_t bytes = sizeof(Segment) + groups * sizeof(Words);
  if (!has_room(bytes) && !grow(arena)) {
    if (places_ == nullptr) return;
    forget();
    flushes_.store(flushes() + 1, std::memory_order_relaxed);
  }

  const auto offset = static_cast<std::uint32_t>(pool_used_);
  Place place{.from = anchor.return_address, .value = anchor.stack_pointer, .segment = offset};
  std::uint32_t parent = 0;
  if (missed_ != nullptr) {  // grow() and forget() clear it
    // Because of rules learned meanwhile, this walk may have read other words up to there.
    if (missed_word_ >= trace.reads || trace.offsets[missed_word_] != missed_->offset(missed_word_)) return;
    parent = offset_of(*missed_);
    place.from = branch(parent, missed_word_);
    place.value = trace.values[missed_word_];
  }
  auto* segment = new (pool_ + offset) Segment{.found = {.stack = stack, .truncated = trace.truncated},
                                               .words = static_cast<std::uint32_t>(groups * Words::kCount),
                                               .shared = missed_ == nullptr ? 0 : missed_word_,
                                               .return_address = anchor.return_address,
                                               .stack_pointer = anchor.stack_pointer,
                                               .parent = parent,
                                               .successors = {}};
  for (std::uint32_t i = 0; i < segment->words; ++i) {
    const std::size_t read = std::min<std::size_t>(i, trace.reads - 1);
    segment->value(i) = trace.values[read];
    segment->offset(i) = trace.offsets[read];
  }
  pool_used_ += bytes;
  std::uint64_t i = home_of(place.from, place.value);
  while (places_[i & mask_].segment != 0) ++i;
  places_[i & mask_] = place;
  ++places_used_;
  if (successor_ != nullptr) *successor_ = offset;
  found(*segment);
  BUCKETPROF_DCHECK(places_used_ * 2 <= mask_ + 1 && pool_used_ <= pool_bytes_);
}

}  // namespace bucketprof::stack
