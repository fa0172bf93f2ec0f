// SPDX-License-Identifier: Apache-2.0
//
// A hash table that finds the index of an element stored elsewhere (in a vector of the profile). Eight bytes per slot,
// linear probing, no removal. The caller compares elements, so one table type serves strings, functions and whole
// samples. Thread-compatible.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace bucketprof::model {

class IndexTable {
 public:
  /// The index of an element with this hash for which same(index) holds; if there is none, inserts and returns `next`.
  template <class Same>
  std::uint32_t find_or_insert(std::uint64_t hash, std::uint32_t next, Same&& same) {
    if ((used_ + 1) * 4 > slots_.size() * 3) grow();
    const auto short_hash = static_cast<std::uint32_t>(hash >> 32);
    std::size_t at = short_hash & (slots_.size() - 1);
    while (slots_[at].index != kFree) {
      if (slots_[at].hash == short_hash && same(slots_[at].index)) return slots_[at].index;
      at = (at + 1) & (slots_.size() - 1);
    }
    slots_[at] = {short_hash, next};
    ++used_;
    return next;
  }

  /// The same without inserting: UINT32_MAX if there is none.
  template <class Same>
  [[nodiscard]] std::uint32_t find(std::uint64_t hash, Same&& same) const {
    if (slots_.empty()) return kFree;
    const auto short_hash = static_cast<std::uint32_t>(hash >> 32);
    std::size_t at = short_hash & (slots_.size() - 1);
    while (slots_[at].index != kFree && (slots_[at].hash != short_hash || !same(slots_[at].index))) {
      at = (at + 1) & (slots_.size() - 1);
    }
    return slots_[at].index;
  }

 private:
  static constexpr std::uint32_t kFree = UINT32_MAX;
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t index = kFree;
  };

  void grow() {
    std::vector<Slot> old(slots_.empty() ? 64 : slots_.size() * 2);
    std::swap(old, slots_);
    for (const Slot& slot : old) {
      if (slot.index == kFree) continue;
      std::size_t at = slot.hash & (slots_.size() - 1);
      while (slots_[at].index != kFree) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = slot;
    }
  }

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace bucketprof::model
