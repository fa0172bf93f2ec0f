// SPDX-License-Identifier: Apache-2.0
#include "profiler/base/grouped.h"

#include <cstddef>

namespace bucketprof {

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) digits.insert(at -= 3, ",");
  return digits;
}

}  // namespace bucketprof
