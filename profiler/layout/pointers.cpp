// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/pointers.h"

#include <algorithm>
#include <cstring>

#include "profiler/tables/libcxx_node.h"
#include "profiler/tables/std_primes.h"

namespace bucketprof::layout {
namespace {

constexpr std::uint64_t kPointer = 8;
constexpr std::uint64_t kLeast = 4096;  // the first page is never mapped
constexpr std::uint64_t kEnd = std::uint64_t{1} << 47U;

}  // namespace

bool may_be_pointers(std::uint64_t bytes) noexcept {
  const std::uint64_t slots = bytes / kPointer;
  if (bytes % kPointer != 0 || slots < 2) return false;
  return std::binary_search(tables::kStdPrimes.begin(), tables::kStdPrimes.end(), slots) ||
         tables::LibcxxNodeArrays::of(bytes, slots).has_value();
}

void look_for_pointers(BlockBytes& block, Sightings& seen) noexcept {
  if (block.address() % kPointer != 0 || block.size() % kPointer != 0) return;
  std::uint64_t full = 0;
  for (std::uint64_t done = 0; done < block.size();) {
    const std::uint64_t step = std::min<std::uint64_t>(block.size() - done, done == 0 ? 256 : BlockBytes::kAtOnce);
    const std::byte* const bytes = block.read(done, step);
    if (bytes == nullptr) return;
    std::uint64_t illegal = 0;  // not a branch for each word: the compiler counts several at once
    for (std::uint64_t i = 0; i < step; i += kPointer) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes + i, kPointer);
      full += word != 0 ? 1 : 0;
      illegal |= static_cast<std::uint64_t>(word != 0 && word - kLeast >= kEnd - kLeast) | (word % kPointer);
    }
    if (illegal != 0) return;
    // To find a prime takes longer than to read some words.
    if (done == 0 && !may_be_pointers(block.size())) return;
    done += step;
  }
  seen.add({.layout = Layout::kPointers, .slot_bytes = kPointer, .slots = block.size() / kPointer, .full = full});
}

}  // namespace bucketprof::layout
