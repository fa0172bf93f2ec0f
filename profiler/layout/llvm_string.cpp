// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/llvm_string.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace bucketprof::layout {
namespace {

constexpr std::uint64_t kPointer = 8;
constexpr std::uint64_t kSlot = kPointer + 4;  // with its hash
constexpr std::uint64_t kFewest = 16;
constexpr std::uint64_t kErased = ~std::uint64_t{7};
constexpr std::uint64_t kEndOfIteration = 2;
constexpr std::uint64_t kLeast = 4096;  // the first page is never mapped
constexpr std::uint64_t kEnd = std::uint64_t{1} << 47U;

std::uint64_t slots_of(std::uint64_t bytes) {
  if (bytes % kSlot != 0) return 0;
  const std::uint64_t slots = bytes / kSlot - 1;
  return bytes != 0 && std::has_single_bit(slots) && slots >= kFewest ? slots : 0;
}

std::uint64_t word_at(const std::byte* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, kPointer);
  return word;
}

}  // namespace

bool may_be_llvm_string(std::uint64_t bytes) noexcept { return slots_of(bytes) != 0; }

void look_for_llvm_string(BlockBytes& block, Sightings& seen) noexcept {
  const std::uint64_t slots = slots_of(block.size());
  if (slots == 0 || block.address() % kPointer != 0) return;
  std::uint64_t full = 0;
  std::uint64_t deleted = 0;
  for (std::uint64_t done = 0; done < slots;) {
    const std::uint64_t step = std::min<std::uint64_t>(slots - done, done == 0 ? 32 : BlockBytes::kAtOnce / kPointer);
    const std::byte* const bytes = block.read(done * kPointer, step * kPointer);
    if (bytes == nullptr) return;
    std::uint64_t illegal = 0;
    for (std::uint64_t i = 0; i < step; ++i) {
      const std::uint64_t word = word_at(bytes + i * kPointer);
      const bool is_erased = word == kErased;
      deleted += is_erased ? 1 : 0;
      full += word != 0 && !is_erased ? 1 : 0;
      illegal |=
          static_cast<std::uint64_t>(word != 0 && !is_erased && word - kLeast >= kEnd - kLeast) | (word % kPointer);
    }
    if (illegal != 0) return;
    done += step;
  }
  const std::byte* const last = block.read(slots * kPointer, kPointer);
  if (last == nullptr || word_at(last) != kEndOfIteration) return;
  // It grows when it is three quarters full, or an eighth has never been used; so a search always ends.
  if (full > slots / 4 * 3 + 1 || full + deleted >= slots) return;
  seen.add({.layout = Layout::kLlvmString, .slot_bytes = kSlot, .slots = slots, .full = full, .deleted = deleted});
}

}  // namespace bucketprof::layout
