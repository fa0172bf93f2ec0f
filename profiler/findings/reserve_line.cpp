// SPDX-License-Identifier: Apache-2.0
#include "profiler/findings/reserve_line.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>

namespace bucketprof::findings {
namespace {

constexpr std::size_t kMostCandidates = 64;  // arguments to try; the rarest peaks are left out

/// Bytes of a copy's array if its source was reserved like this.
double copy_cost(const GrowthHistory& history, std::uint64_t reserve, std::uint64_t most, const CopiedArray& copy) {
  const GrowthRule& rule = *history.table->rule;
  std::uint64_t slots = reserve == 0 ? 0 : rule.slots_for(reserve);
  const bool fitted = copy.limit > 0 && copy.limit <= rule.limit(slots);  // so its source did
  if (reserve != 0 && (reserve >= most || fitted)) return static_cast<double>(rule.array_bytes(slots));
  if (!history.hinted || copy.slots > history.slots) {  // an array that the source grew into
    slots = std::max(slots, copy.slots);
  } else {
    if (reserve == 0 && copy.limit == 0) return 0;
    slots = std::max(slots, rule.first_slots());
    while (rule.limit(slots) < copy.limit && rule.next_slots(slots) > slots) slots = rule.next_slots(slots);
  }
  return static_cast<double>(rule.array_bytes(slots));
}

}  // namespace

ReserveLine line_of(std::vector<GrowthHistory> histories) {
  ReserveLine line;
  double ended = 0;
  for (const GrowthHistory& history : histories) {
    line.bytes += history.bytes;
    line.variance += history.variance;
    line.tables += history.tables;
    line.unused += history.unused;
    line.growths += history.growths;
    line.moved += history.moved;
    line.hint = std::max(line.hint, history.hint);
    line.slots = std::max(line.slots, history.slots);
    line.life |= history.life;
    for (const End& end : history.ends) {
      line.most = std::max(line.most, end.limit);
      const bool single = end.tables < 1.5;
      const auto held = single ? static_cast<std::uint64_t>(std::llround(end.entries)) : end.limit;
      line.held = std::max(line.held, std::min(held, end.limit));
      ended += end.tables;
    }
  }
  line.tables = std::max(line.tables, ended);  // first arrays may not have been sampled
  line.histories = std::move(histories);
  return line;
}

double cost(const ReserveLine& line, std::uint64_t reserve, bool least) {
  double sum = 0;
  for (const GrowthHistory& history : line.histories) {
    for (const End& end : history.ends) {
      const std::uint64_t most = least ? facts::least_of_rounded(end.limit) : end.limit;
      sum +=
          end.tables * history.table->rule->cost(reserve, most, std::min(end.entries, static_cast<double>(most))).all();
    }
    for (const CopiedArray& copy : history.copies) sum += copy.arrays * copy_cost(history, reserve, line.most, copy);
  }
  return sum;
}

Best best_reserve(const ReserveLine& line) {
  // What entries that come and go make a table allocate that is not reserved cannot be told.
  const bool churned =
      (line.life & tables::kChurned) != 0 && tables::wears_out(line.histories.front().table->rule->kind());
  std::map<std::uint64_t, double> tables_by_limit;
  for (const GrowthHistory& history : line.histories) {
    for (const End& end : history.ends) tables_by_limit[end.limit] += end.tables;
  }
  std::vector<std::pair<double, std::uint64_t>> candidates;
  candidates.reserve(tables_by_limit.size());
  for (const auto& [limit, tables] : tables_by_limit) {
    // Churn fills a smaller array than that of the most entries in ways that cannot be told.
    if (!churned || limit == line.most) candidates.emplace_back(tables, limit);
  }
  std::sort(candidates.rbegin(), candidates.rend());
  if (candidates.size() > kMostCandidates) candidates.resize(kMostCandidates);
  candidates.emplace_back(0, line.most);
  std::sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  const GrowthHistory& first = line.histories.front();
  const GrowthRule& rule = *first.table->rule;
  Best best{.reserve = 0, .bytes = churned ? line.bytes : cost(line, 0)};
  for (const auto& [tables, limit] : candidates) {
    // reserve() of libstdc++ can choose an array smaller than the first one of a table that is not reserved. What this
    // saves is not a cost of growing.
    if (!first.hinted && rule.slots_for(limit) < rule.first_slots()) continue;
    // A smaller array must do for what a profile does not show: entries that come and go.
    const bool is_smaller = first.hinted && rule.slots_for(limit) < line.slots;
    const std::uint64_t reserve = (is_smaller || churned) && limit > 0 ? rule.lasting_reserve(limit) : limit;
    const double bytes = cost(line, reserve);
    if (bytes < best.bytes) best = {.reserve = reserve, .bytes = bytes};
  }
  return best;
}

double mean_entries(const ReserveLine& line) {
  double tables = 0;
  double entries = 0;
  for (const GrowthHistory& history : line.histories) {
    for (const End& end : history.ends) {
      tables += end.tables;
      entries += end.tables * end.entries;
    }
  }
  return tables > 0 ? entries / tables : 0;
}

}  // namespace bucketprof::findings
