// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/format/left_out.h"

#include <fmt/format.h>

#include "profiler/report/format/units.h"

namespace bucketprof::report {

std::string left_out_text(const facts::Facts& facts) {
  const auto& values = facts.other.values;
  if (values[model::kInuseSpace] == 0 && values[model::kAllocSpace] == 0) return "";
  return fmt::format("{} in use and {} allocated are no known hash table's", human_bytes(values[model::kInuseSpace]),
                     human_bytes(values[model::kAllocSpace]));
}

}  // namespace bucketprof::report
