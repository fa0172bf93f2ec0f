// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/format/left_out.h"

#include <fmt/format.h>

#include "profiler/report/format/units.h"

namespace bucketprof::report {

std::string left_out_text(const facts::Facts& facts) {
  const auto& of = facts.other.of;
  if (of[model::kInuseSpace] == 0 && of[model::kAllocSpace] == 0) return "";
  return fmt::format("{} in use and {} allocated are no known hash table's", human_bytes(of[model::kInuseSpace]),
                     human_bytes(of[model::kAllocSpace]));
}

}  // namespace bucketprof::report
