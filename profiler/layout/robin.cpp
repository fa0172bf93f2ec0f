// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/robin.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>

#include "profiler/layout/control_bytes.h"
#include "profiler/tables/robin.h"

namespace bucketprof::layout {
namespace {

constexpr std::uint64_t kFewestSlots = 8;
constexpr std::uint64_t kMark = 2;  // the mark of the last slot is behind the distance
constexpr std::int16_t kMostDistance = 8192;
constexpr std::uint64_t kHash = 4;

/// Calls use(slots, slot_bytes) for all arrays of `bytes` bytes until it returns true; whether it did.
template <class Use>
bool any_fit(std::uint64_t bytes, Use use) noexcept {
  for (std::uint64_t slots = kFewestSlots; slots < bytes && bytes % slots == 0; slots *= 2) {
    const auto arrays = tables::RobinArrays::of(bytes, slots);
    if (arrays && arrays->bucket_bytes <= kMostSlotBytes && arrays->bucket_bytes % 2 == 0 &&
        use(slots, arrays->bucket_bytes))
      return true;
  }
  return false;
}

std::int16_t distance_at(const std::byte* at) {
  std::int16_t distance = 0;
  std::memcpy(&distance, at, sizeof distance);
  return distance;
}

/// Full slots if distances are at `offset` of slots of `slot_bytes`.
std::optional<std::uint64_t> full_of(BlockBytes& block, std::uint64_t slots, std::uint64_t slot_bytes,
                                     std::uint64_t offset) noexcept {
  const std::byte* const end = block.read((slots - 1) * slot_bytes + offset, kMark + 1);
  if (end == nullptr || end[kMark] != std::byte{1}) return std::nullopt;
  std::int16_t last = distance_at(end);  // the first slot follows it
  std::uint64_t full = 0;
  for (std::uint64_t done = 0; done < slots;) {
    const std::uint64_t step = std::min(slots - done, done == 0 ? 8 : BlockBytes::kAtOnce / slot_bytes);
    const std::byte* const bytes = block.read(done * slot_bytes, step * slot_bytes);
    if (bytes == nullptr) return std::nullopt;
    for (std::uint64_t i = 0; i < step; ++i) {
      const std::byte* const slot = bytes + i * slot_bytes + offset;
      const std::int16_t distance = distance_at(slot);
      const bool is_last = done + i + 1 == slots;
      if (value_of(slot[kMark]) != (is_last ? 1 : 0) || distance < -1 || distance > kMostDistance ||
          distance > last + 1)
        return std::nullopt;
      last = distance;
      full += distance >= 0 ? 1 : 0;
    }
    done += step;
  }
  return full == slots ? std::nullopt : std::optional(full);
}

/// What is in the slots of an array beside distances and marks.
class Contents {
 public:
  Contents(BlockBytes& block, std::uint64_t slots, std::uint64_t slot_bytes, std::uint64_t offset) noexcept
      : block_(block), slots_(slots), slot_bytes_(slot_bytes), offset_(offset) {}

  /// About how many of the slots without an entry had one before. An erased entry leaves no mark, and an array that is
  /// destroyed may be emptied slot by slot before it is freed; but a slot that never had an entry was never written to.
  /// Entries have different keys, so what most of the slots have in common is what was in the memory before. If they
  /// have nothing in common, all count. Of an array without entries all slots are tried, of others a sample. Fewer than
  /// make a difference are 0.
  std::uint64_t used_before(std::uint64_t full) noexcept {
    const std::uint64_t step = std::max<std::uint64_t>(slots_ / kTried, 1);
    const Sample sample = sample_of(step);
    if (sample.used == 0 && full == 0) {
      const std::uint64_t others = other_than(sample.background);
      return others <= kOfMalloc ? 0 : others;
    }
    const std::uint64_t used = sample.empty == 0 ? 0 : sample.used * (slots_ - full) / sample.empty;
    return full != 0 && used <= slots_ / kFewParts ? 0 : used;
  }

 private:
  static constexpr std::uint64_t kTried = 256;
  static constexpr std::uint64_t kMostRead = 256;            // of a slot
  static constexpr std::uint64_t kFewParts = 64;             // an array for one slot in so many costs little
  static constexpr std::uint64_t kOfMalloc = 3;              // slots at the ends of memory that was a block before
  static constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;  // keys are often multiples of a power of two

  struct Sample {
    std::uint64_t empty = 0;
    std::uint64_t used = 0;  // of these
    std::uint64_t background = 0;
  };
  Sample sample_of(std::uint64_t step) noexcept {
    std::array<std::uint64_t, kTried> contents{};
    Sample sample;
    for (std::uint64_t i = 0; i < std::min(kTried, slots_ / step); ++i) {
      const std::uint64_t slot = i * step + (i * kOdd >> 32U) % step;
      const std::byte* const bytes = block_.read(slot * slot_bytes_, slot_bytes_);
      if (bytes != nullptr && distance_at(bytes + offset_) < 0) contents[sample.empty++] = content_of(bytes);
    }
    std::uint64_t lead = 0;  // if most are equal, those are left
    for (std::uint64_t i = 0; i < sample.empty; ++i) {
      if (lead == 0) sample.background = contents[i];
      lead = contents[i] == sample.background ? lead + 1 : lead - 1;
    }
    const auto* const end = contents.begin() + sample.empty;
    const auto equal = static_cast<std::uint64_t>(std::count(contents.cbegin(), end, sample.background));
    sample.used = equal * 2 > sample.empty ? sample.empty - equal : sample.empty;
    return sample;
  }

  std::uint64_t other_than(std::uint64_t background) noexcept {
    std::uint64_t others = 0;
    for (std::uint64_t done = 0; done < slots_;) {
      const std::uint64_t step = std::min(slots_ - done, BlockBytes::kAtOnce / slot_bytes_);
      const std::byte* const bytes = block_.read(done * slot_bytes_, step * slot_bytes_);
      if (bytes == nullptr) return others;
      for (std::uint64_t i = 0; i < step; ++i) others += content_of(bytes + i * slot_bytes_) != background ? 1 : 0;
      done += step;
    }
    return others;
  }

  /// A hash of it.
  [[nodiscard]] std::uint64_t content_of(const std::byte* slot) const noexcept {
    std::uint64_t hash = 0;
    const auto add = [&](std::uint64_t word) { hash = (std::rotl(hash, 23) ^ word) * kOdd; };
    for (std::uint64_t at = 0; at < std::min(slot_bytes_, kMostRead); at += kWord) {
      std::uint64_t word = 0;
      std::memcpy(&word, slot + at, std::min(kWord, slot_bytes_ - at));
      // Distance and mark: the mark is another in the last slot.
      if (at == 0) word &= ~(std::uint64_t{0xFFFFFF} << (8 * offset_));
      add(word);
    }
    return hash;
  }

  static constexpr std::uint64_t kWord = 8;

  BlockBytes& block_;
  std::uint64_t slots_;
  std::uint64_t slot_bytes_;
  std::uint64_t offset_;
};

}  // namespace

bool may_be_robin(std::uint64_t bytes) noexcept {
  return any_fit(bytes, [](std::uint64_t, std::uint64_t) { return true; });
}

void look_for_robin(BlockBytes& block, Sightings& seen) noexcept {
  any_fit(block.size(), [&](std::uint64_t slots, std::uint64_t slot_bytes) {
    for (const std::uint64_t offset : {std::uint64_t{0}, kHash}) {
      if (offset + kMark + 1 >= slot_bytes) continue;
      if (const auto full = full_of(block, slots, slot_bytes, offset)) {
        seen.add({.layout = Layout::kRobin,
                  .slot_bytes = static_cast<std::uint32_t>(slot_bytes),
                  .slots = slots,
                  .full = *full,
                  .deleted = Contents(block, slots, slot_bytes, offset).used_before(*full)});
      }
    }
    return false;
  });
}

}  // namespace bucketprof::layout
