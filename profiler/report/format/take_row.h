// SPDX-License-Identifier: Apache-2.0
//
// Takes the first rows of a list and counts the others.
#pragma once

#include <cstddef>
#include <vector>

namespace bucketprof::report {

/// Appends `row` to `taken` if that has fewer than `top` rows (0: no limit); otherwise increments `more`.
template <class T>
void take_row(std::vector<const T*>& taken, std::size_t& more, std::size_t top, const T& row) {
  if (top != 0 && taken.size() == top) {
    ++more;
  } else {
    taken.push_back(&row);
  }
}

}  // namespace bucketprof::report
