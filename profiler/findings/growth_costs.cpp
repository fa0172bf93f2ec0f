// SPDX-License-Identifier: Apache-2.0
#include "profiler/findings/growth_costs.h"

#include <algorithm>
#include <cstddef>

namespace bucketprof::findings {

void infer_bytes(const GrowthRule& rule, std::uint64_t least_slots, std::vector<GrowthHistory>& histories) {
  for (GrowthHistory& history : histories) {
    if (history.varies) continue;
    history.bytes = 0;
    history.variance = 0;
    double unseen = 0;
    for (const End& end : history.ends) {
      const double bytes = rule.cost(history.hint, end.limit, end.entries).all();
      history.bytes += end.tables * bytes;
      history.variance += end.variance * bytes * bytes;
      if (history.hint == 0 && end.limit > 0) {
        const std::uint64_t from = std::min(rule.limit(least_slots), end.limit);
        unseen += end.tables * (bytes - rule.cost(from, end.limit, end.entries).all());
      }
    }
    // The bytes of arrays that were not seen count as two standard errors, as does what overflow may differ by.
    constexpr double kOverflowModel = 0.04;
    const double overflow = rule.kind() == tables::Kind::kGoMap ? kOverflowModel * history.bytes : 0;
    history.variance += (unseen * unseen + overflow * overflow) / 4;
  }
}

void add_overflow(const GrowthRule& rule, double bytes, double variance, std::vector<GrowthHistory>& histories) {
  if (bytes <= 0) return;
  std::vector<double> due(histories.size());
  double all = 0;
  for (std::size_t i = 0; i < histories.size(); ++i) {
    for (const End& end : histories[i].ends) {
      due[i] += rule.cost(histories[i].hint, end.limit, end.entries).overflow * end.tables;
    }
    all += due[i];
  }
  if (all <= 0) return;
  for (std::size_t i = 0; i < histories.size(); ++i) {
    // At most what a good hash explains: the rest is not caused by the capacity.
    histories[i].bytes += std::min(bytes * due[i] / all, due[i]);
    histories[i].variance += variance * due[i] / all;
  }
}

}  // namespace bucketprof::findings
