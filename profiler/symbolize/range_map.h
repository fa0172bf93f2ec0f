// SPDX-License-Identifier: Apache-2.0
//
// A map from address ranges to values, filled once and then searched. Where ranges overlap, the one that starts last,
// which is the innermost, wins. Thread-compatible.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace bucketprof::symbolize {

template <class T>
class RangeMap {
 public:
  /// Adds [low, high). Ignores empty ranges, and ranges at address 0, which are code that the linker discarded.
  void add(std::uint64_t low, std::uint64_t high, T value) {
    if (low != 0 && low < high) entries_.push_back({low, high, 0, std::move(value)});
  }

  /// Call once after the last add() and before the first find().
  void seal() {
    std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.low < b.low; });
    std::uint64_t reach = 0;
    for (Entry& entry : entries_) entry.reach = reach = std::max(reach, entry.high);
  }

  /// The value of the innermost range that contains `address`, or nullptr.
  [[nodiscard]] const T* find(std::uint64_t address) const {
    auto above = std::upper_bound(entries_.begin(), entries_.end(), address,
                                  [](std::uint64_t value, const Entry& entry) { return value < entry.low; });
    while (above != entries_.begin()) {
      --above;
      if (above->reach <= address) return nullptr;
      if (address < above->high) return &above->value;
    }
    return nullptr;
  }

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::uint64_t low;
    std::uint64_t high;
    std::uint64_t reach;  // maximum of `high` over the entries up to this one
    T value;
  };
  std::vector<Entry> entries_;
};

}  // namespace bucketprof::symbolize
