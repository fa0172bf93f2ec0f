// SPDX-License-Identifier: Apache-2.0
//
// The functions of all known hash tables.
#pragma once

#include <algorithm>
#include <array>

#include "profiler/recognize/c_table_patterns.h"
#include "profiler/recognize/cxx_table_patterns.h"

namespace bucketprof::recognize {

inline constexpr auto kTablePatterns = [] {
  std::array<TablePattern, kCxxTablePatterns.size() + kCTablePatterns.size()> all{};
  std::ranges::copy(kCTablePatterns, std::ranges::copy(kCxxTablePatterns, all.begin()).out);
  return all;
}();

}  // namespace bucketprof::recognize
