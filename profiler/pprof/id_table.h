// SPDX-License-Identifier: Apache-2.0
//
// Maps the ids of a file, any numbers but 0, to indexes of the model. Ids up to the number of elements, which writers
// commonly use, cost only an array look-up. Thread-compatible.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "profiler/model/profile.h"

namespace bucketprof::pprof {

class IdTable {
 public:
  explicit IdTable(std::size_t elements) : dense_(elements + 1, model::kNone) {}

  /// False if the id already exists.
  bool add(std::uint64_t id, std::uint32_t index) {
    if (id >= dense_.size()) return sparse_.try_emplace(id, index).second;
    if (dense_[id] != model::kNone) return false;
    dense_[id] = index;
    return true;
  }
  /// kNone if there is no such id.
  [[nodiscard]] std::uint32_t find(std::uint64_t id) const {
    if (id < dense_.size()) return dense_[id];
    const auto found = sparse_.find(id);
    return found == sparse_.end() ? model::kNone : found->second;
  }

 private:
  std::vector<std::uint32_t> dense_;
  std::unordered_map<std::uint64_t, std::uint32_t> sparse_;
};

}  // namespace bucketprof::pprof
