// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/qt6.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>

#include "profiler/layout/control_bytes.h"

namespace bucketprof::layout {
namespace {

constexpr std::uint64_t kSlots = 128;  // of a span
constexpr std::uint64_t kSpan = 144;
constexpr std::uint64_t kCount = 8;  // bytes before the spans
constexpr std::uint8_t kUnused = 0xFF;
constexpr std::uint64_t kLeastAddress = 4096;
constexpr std::uint64_t kEndOfAddresses = std::uint64_t{1} << 47U;

std::uint64_t spans_of(std::uint64_t bytes) {
  if (bytes <= kCount || (bytes - kCount) % kSpan != 0) return 0;
  const std::uint64_t spans = (bytes - kCount) / kSpan;
  return std::has_single_bit(spans) ? spans : 0;
}

/// Full slots of a span: each has another entry, of as many as there is room for.
std::optional<std::uint64_t> full_of(const std::byte* span) noexcept {
  std::uint64_t entries = 0;
  std::memcpy(&entries, span + kSlots, sizeof entries);
  const std::uint8_t allocated = value_of(span[kSlots + 8]);
  const std::uint8_t free = value_of(span[kSlots + 9]);
  if (allocated > kSlots || free > allocated || (entries == 0) != (allocated == 0)) return std::nullopt;
  if (entries != 0 && (entries < kLeastAddress || entries >= kEndOfAddresses)) return std::nullopt;
  std::array<bool, kSlots> is_used{};
  std::uint64_t full = 0;
  for (std::uint64_t i = 0; i < kSlots; ++i) {
    const std::uint8_t offset = value_of(span[i]);
    if (offset == kUnused) continue;
    if (offset >= allocated || is_used[offset]) return std::nullopt;
    is_used[offset] = true;
    ++full;
  }
  // The first free entry is free, if any is.
  if (free != allocated && is_used[free]) return std::nullopt;
  return (free == allocated) == (full == allocated) ? std::optional(full) : std::nullopt;
}

}  // namespace

bool may_be_qt6(std::uint64_t bytes) noexcept { return spans_of(bytes) != 0; }

void look_for_qt6(BlockBytes& block, Sightings& seen) noexcept {
  const std::uint64_t spans = spans_of(block.size());
  if (spans == 0) return;
  const std::byte* const head = block.read(0, kCount);
  if (head == nullptr) return;
  std::uint64_t count = 0;
  std::memcpy(&count, head, sizeof count);
  if (count != spans) return;
  std::uint64_t full = 0;
  constexpr std::uint64_t kStep = BlockBytes::kAtOnce / kSpan;
  for (std::uint64_t done = 0; done < spans;) {
    const std::uint64_t step = std::min(spans - done, kStep);
    const std::byte* const bytes = block.read(kCount + done * kSpan, step * kSpan);
    if (bytes == nullptr) return;
    for (std::uint64_t i = 0; i < step; ++i) {
      const auto of_span = full_of(bytes + i * kSpan);
      if (!of_span) return;
      full += *of_span;
    }
    done += step;
  }
  seen.add({.layout = Layout::kQt6, .slot_bytes = 1, .slots = spans * kSlots, .full = full});
}

}  // namespace bucketprof::layout
