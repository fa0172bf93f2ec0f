// SPDX-License-Identifier: Apache-2.0
//
// The functions of all known hash tables.
#pragma once

#include <algorithm>
#include <array>

#include "profiler/recognize/c_table_patterns.h"
#include "profiler/recognize/cxx_table_patterns.h"
#include "profiler/recognize/header_only_patterns.h"

namespace bucketprof::recognize {

inline constexpr auto kTablePatterns = [] {
  std::array<TablePattern, kCxxTablePatterns.size() + kHeaderOnlyPatterns.size() + kCTablePatterns.size()> all{};
  auto end = std::ranges::copy(kCxxTablePatterns, all.begin()).out;
  end = std::ranges::copy(kHeaderOnlyPatterns, end).out;
  std::ranges::copy(kCTablePatterns, end);
  return all;
}();

}  // namespace bucketprof::recognize
