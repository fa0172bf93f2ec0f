// SPDX-License-Identifier: Apache-2.0
//
// Compares field by field. Samples may be at different positions in the pools if their contents are equal.
#include "tests/support/same_profile.h"

#include <algorithm>

namespace bucketprof::testing_support {

std::string first_difference(const model::Profile& a, const model::Profile& b) {
  if (a.strings != b.strings) return "strings";
  if (a.sample_types != b.sample_types) return "sample_types";
  if (a.default_sample_type != b.default_sample_type) return "default_sample_type";
  if (a.period_type != b.period_type || a.period != b.period) return "period";
  if (a.time_nanos != b.time_nanos || a.duration_nanos != b.duration_nanos) return "time";
  if (a.drop_frames != b.drop_frames || a.keep_frames != b.keep_frames) return "frames";
  if (a.comments != b.comments) return "comments";
  if (a.mappings != b.mappings) return "mappings";
  if (a.functions != b.functions) return "functions";
  if (a.locations != b.locations) return "locations";
  if (a.samples.size() != b.samples.size()) return "number of samples";
  for (std::size_t i = 0; i < a.samples.size(); ++i) {
    const std::string where = " of sample " + std::to_string(i + 1);
    if (!std::ranges::equal(a.stack(i), b.stack(i))) return "stack" + where;
    if (!std::ranges::equal(a.labels(i), b.labels(i))) return "labels" + where;
    if (!std::ranges::equal(a.values(i), b.values(i))) return "values" + where;
  }
  return "";
}

}  // namespace bucketprof::testing_support
