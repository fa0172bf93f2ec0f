// SPDX-License-Identifier: Apache-2.0
#include "tests/support/totals.h"

namespace bucketprof::tests {

std::string label_text(const model::Profile& profile, std::size_t sample, std::string_view key) {
  for (const model::Label& label : profile.labels(sample)) {
    if (!label.is_number && profile.str(label.key) == key) return std::string(profile.str(label.str));
  }
  return {};
}

std::int64_t label_number(const model::Profile& profile, std::size_t sample, std::string_view key) {
  for (const model::Label& label : profile.labels(sample)) {
    if (label.is_number && profile.str(label.key) == key) return label.num;
  }
  return -1;
}

Values totals(const model::Profile& profile, std::string_view table, std::string_view part) {
  Values sum{};
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    if (label_text(profile, i, model::kLabelTable) != table) continue;
    if (!part.empty() && label_text(profile, i, model::kLabelPart) != part) continue;
    for (std::size_t t = 0; t < sum.size(); ++t) sum[t] += profile.values(i)[t];
  }
  return sum;
}

}  // namespace bucketprof::tests
