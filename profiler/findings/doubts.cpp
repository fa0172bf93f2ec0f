// SPDX-License-Identifier: Apache-2.0
#include "profiler/findings/doubts.h"

#include <algorithm>
#include <cmath>

#include "profiler/tables/absl.h"

namespace bucketprof::findings {
namespace {

constexpr double kFew = 0.05;  // of the avoidable bytes: may be left out of account

/// Whether overflow buckets that come anew each time that a table is filled take more than `few` bytes.
bool refills_overflow(const GrowthHistory& history, std::uint64_t reserve, double few) {
  const GrowthRule& rule = *history.table->rule;
  if (rule.kind() != tables::Kind::kGoMap || (history.life & tables::kRefilled) == 0) return false;
  constexpr double kTimes = 10;  // unknown how often
  double overflow = history.overflow_bytes;
  for (const End& end : history.ends) overflow += end.tables * rule.cost(reserve, end.limit, end.entries).overflow;
  return kTimes * overflow > few;
}

/// Whether what was reserved may have been right: entries that were erased before an array was looked at are not known.
/// It was not if there is room for what was seen, as much again that may have come and gone, and twice of both.
bool may_have_held_more(const GrowthHistory& history) {
  constexpr std::uint64_t kTimes = 4;
  constexpr double kMost = 0.5;  // of the tables
  if (!history.hinted) return false;
  if (history.erased_tables > kFew * history.tables) return true;
  // What one table was used for before is not known. Many that all hold little when they are freed hardly held more.
  constexpr double kFewTables = 2.5;
  if (history.tables < kFewTables && history.unknown_tables > 0) return true;
  const std::uint64_t limit = history.table->rule->limit(history.slots);
  double in_doubt = 0;
  for (const End& end : history.ends) {
    if (end.limit <= limit && end.limit > limit / kTimes) in_doubt += end.tables;
  }
  return in_doubt > kMost * history.tables;
}

/// `again`: some tables of the name had arrays before.
bool is_history_in_doubt(const GrowthHistory& history, std::uint64_t reserve, std::uint64_t most, bool again) {
  const GrowthRule& rule = *history.table->rule;
  const std::uint64_t slots = reserve == 0 ? rule.first_slots() : rule.slots_for(reserve);
  if (history.table->has_looks && may_have_held_more(history)) return true;
  // What shrank would shrink again.
  if (history.is_unclear || (history.life & tables::kShrunk) != 0) return true;
  // What is reserved at another line stays, unless it would find enough room, and leaves it as it is.
  const tables::Kind kind = rule.kind();
  if (history.enlarged_elsewhere && (slots < history.most_slots || tables::reserve_shrinks(kind))) return true;
  // A line that fills a table again reserves again, too, and takes back what it had to grow to.
  if ((history.life & tables::kRefilled) != 0 && reserve < most && tables::reserve_shrinks(kind)) return true;
  if (tables::has_absl_arrays(kind)) {
    // clear() frees larger arrays, so that the next entries need another one.
    constexpr std::uint64_t kKept = 127;
    if (slots > kKept && (history.life & tables::kRefilled) != 0) return true;
    if (slots <= kKept && history.slots > kKept && again) return true;
  }
  // Others take new arrays at times that depend on the hashes. Absl's are given room for erased entries.
  return tables::wears_out(kind) && !tables::has_absl_arrays(kind) && (history.life & tables::kChurned) != 0;
}

}  // namespace

bool is_in_doubt(const ReserveLine& line, std::uint64_t reserve, double avoidable, const Elsewhere& elsewhere) {
  const double few = kFew * avoidable;
  if (elsewhere.grown > few) return true;
  if (std::abs(cost(line, reserve) - cost(line, reserve, true)) > few) return true;
  return std::any_of(line.histories.begin(), line.histories.end(), [&](const GrowthHistory& history) {
    return is_history_in_doubt(history, reserve, line.most, elsewhere.again > few) ||
           refills_overflow(history, reserve, few);
  });
}

}  // namespace bucketprof::findings
