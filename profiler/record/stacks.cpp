// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/stacks.h"

#include <algorithm>

#include "profiler/base/hash.h"

namespace bucketprof::record {

std::uint32_t Stacks::intern(std::span<const std::uintptr_t> frames) noexcept {
  const auto same = [frames](const Stack& stack) {
    return stack.depth == frames.size() && std::equal(frames.begin(), frames.end(), stack.frames);
  };
  const auto make = [this, frames](Stack& stack) {
    auto* copy = arena_->allocate_array<std::uintptr_t>(frames.size());
    if (copy == nullptr) return false;
    std::copy(frames.begin(), frames.end(), copy);
    stack.frames = copy;
    stack.depth = frames.size();
    return true;
  };
  return stacks_.intern(hash_words(frames.data(), frames.size()), same, make);
}

std::span<const std::uintptr_t> Stacks::frames(std::uint32_t stack) const noexcept {
  const Stack& found = stacks_[stack];
  return {found.frames, found.depth};
}

}  // namespace bucketprof::record
