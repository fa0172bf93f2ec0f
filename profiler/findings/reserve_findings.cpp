// SPDX-License-Identifier: Apache-2.0
//
// The findings over_preallocated, never_used and grown_in_steps. All three are based on the argument of reserve() with
// which the tables of a call site would have allocated least; what they allocated beyond that is avoidable.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "profiler/findings/findings.h"
#include "profiler/findings/growth_histories.h"
#include "profiler/findings/insert_lines.h"

namespace bucketprof::findings {
namespace {

constexpr std::size_t kMostCandidates = 64;  // arguments to try; the rarest peaks are left out

/// The tables that one reserve() call would determine the capacity of.
struct Line {
  std::vector<GrowthHistory> histories;
  double bytes = 0;
  double start_bytes = 0;
  double variance = 0;
  double tables = 0;
  double unused = 0;
  double growths = 0;
  double moved = 0;
  std::uint64_t hint = 0;
  std::uint64_t most = 0;   // the largest number of entries, rounded as in the profile
  std::uint64_t held = 0;   // the same; not rounded if only one table had that peak
  std::uint64_t slots = 0;  // of the largest first array
};

Line line_of(std::vector<GrowthHistory> histories) {
  Line line;
  double ended = 0;
  for (const GrowthHistory& history : histories) {
    line.bytes += history.bytes;
    line.start_bytes += history.start_bytes;
    line.variance += history.variance;
    line.tables += history.tables;
    line.unused += history.unused;
    line.growths += history.growths;
    line.moved += history.moved;
    line.hint = std::max(line.hint, history.hint);
    line.slots = std::max(line.slots, history.slots);
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

double cost(const Line& line, std::uint64_t reserve) {
  double sum = 0;
  for (const GrowthHistory& history : line.histories) {
    for (const End& end : history.ends) {
      sum += end.tables * history.table->rule->cost(reserve, end.limit, end.entries).all();
    }
  }
  return sum;
}

struct Best {
  std::uint64_t reserve = 0;
  double bytes = 0;
};

/// The argument with which the tables allocate least, the smallest if there are several; 0: without reserve().
Best best_reserve(const Line& line) {
  std::map<std::uint64_t, double> tables_by_limit;
  for (const GrowthHistory& history : line.histories) {
    for (const End& end : history.ends) tables_by_limit[end.limit] += end.tables;
  }
  std::vector<std::pair<double, std::uint64_t>> candidates;
  candidates.reserve(tables_by_limit.size());
  for (const auto& [limit, tables] : tables_by_limit) candidates.emplace_back(tables, limit);
  std::sort(candidates.rbegin(), candidates.rend());
  if (candidates.size() > kMostCandidates) candidates.resize(kMostCandidates);
  candidates.emplace_back(0, line.most);
  std::sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  Best best{.reserve = 0, .bytes = cost(line, 0)};
  const GrowthHistory& first = line.histories.front();
  const GrowthRule& rule = *first.table->rule;
  for (const auto& [tables, limit] : candidates) {
    // reserve() of libstdc++ can choose an array smaller than the first one of a table that is not reserved. What this
    // saves is not a cost of growing.
    if (!first.hinted && rule.slots_for(limit) < rule.first_slots()) continue;
    // A smaller array must do for what a profile does not show: entries that come and go.
    const bool is_smaller = first.hinted && rule.slots_for(limit) < line.slots;
    const std::uint64_t reserve = is_smaller && limit > 0 ? rule.lasting_reserve(limit) : limit;
    const double bytes = cost(line, reserve);
    if (bytes < best.bytes) best = {.reserve = reserve, .bytes = bytes};
  }
  return best;
}

double mean(const Line& line) {
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

/// Growing step by step once is the normal price of not knowing how many entries come, unless an array that is replaced
/// is in use at the moment of the profile, with the one that replaces it.
bool is_usual(const Line& line) {
  constexpr double kFew = 2.5;  // tables
  if (line.histories.front().hinted || line.tables > kFew) return false;
  double in_use = 0;
  std::set<const TableBlocks*> seen;
  for (const GrowthHistory& history : line.histories) {
    if (!seen.insert(history.table).second) continue;
    for (const Block& block : history.table->blocks) {
      if (block.facts.part == hashmap::Part::kBuckets) in_use += block.inuse();
    }
  }
  return in_use < line.tables + 0.5;
}

std::optional<Unexpected> unexpected_in(const Line& line) {
  std::vector<const TableBlocks*> tables;
  double hint = 0;
  for (const GrowthHistory& history : line.histories) {
    tables.push_back(history.table);
    hint += static_cast<double>(history.hint) * history.tables;
  }
  return unexpected_line(tables, hint);
}

void consider(const FindingContext& context, const Line& line, std::vector<Finding>& findings) {
  // Whatever is reserved here, what another line reserves for the same tables stays: their arrays are not saved.
  for (const GrowthHistory& history : line.histories) {
    if (history.reserved_elsewhere > 0) return;
  }
  const Best best = best_reserve(line);
  const Saving saving{.avoidable = line.bytes - best.bytes, .of = line.bytes, .variance = line.variance};
  if (!saving.is_certain()) return;

  const GrowthHistory& first = line.histories.front();
  const bool hinted = first.hinted;
  if (!hinted && best.reserve == 0) return;  // first arrays that stayed empty: no reserve() to remove or add
  // If the array would be the same, it was not its size that made the table take another one.
  const std::uint64_t advised = best.reserve == 0 ? 0 : first.table->rule->slots_for(best.reserve);
  if (hinted && advised == line.slots) return;
  const bool smaller = hinted && (best.reserve == 0 || advised < line.slots);
  Finding finding;
  if (hinted && line.unused >= context.thresholds.unused_share * line.tables && best.reserve == 0) {
    finding.id = FindingId::kNeverUsed;
    finding.problem = NeverUsed{.unused = line.unused, .tables = line.tables, .hint = line.hint};
  } else if (smaller) {
    finding.id = FindingId::kOverPreallocated;
    finding.problem = OverPreallocated{.tables = line.tables,
                                       .hint = line.hint,
                                       .held = line.held,
                                       .mean = mean(line),
                                       .filled = line.most >= line.hint};
  } else {
    finding.id = FindingId::kGrownInSteps;
    finding.problem =
        GrownInSteps{.tables = line.tables,
                     .hint = line.hint,
                     .growths = line.growths,
                     .moved = line.moved,
                     .held = line.held,
                     .held_is_known = first.table->rule->tells_entries() && !facts::may_be_rounded(line.held)};
  }
  if (finding.id != FindingId::kNeverUsed && best.reserve != 0) finding.reserve = best.reserve;

  double inuse = 0;
  std::set<std::string> names;
  const GrowthHistory* heaviest = &first;
  for (const GrowthHistory& history : line.histories) {
    const GrowthRule& rule = *history.table->rule;
    const double right = best.reserve == 0 ? 0 : static_cast<double>(rule.reserved_bytes(best.reserve));
    if (smaller) inuse += std::max(0.0, history.inuse_start_bytes - history.inuse_tables * right);
    names.emplace(context.profile.str(history.table->table));
    if (history.bytes > heaviest->bytes) heaviest = &history;
  }
  finding.tables.assign(names.begin(), names.end());
  finding.kind = context.profile.str(heaviest->table->kind);
  finding.avoidable_inuse = std::llround(std::min({inuse, saving.avoidable, context.inuse_space, 0x1p62}));
  finding.evidence = {{"tables", line.tables, "tables"},
                      {"unused_tables", line.unused, "tables"},
                      {"hint", static_cast<double>(line.hint), "entries"},
                      {"most_entries", static_cast<double>(line.most), "entries"},
                      {"growths", line.growths, "blocks"},
                      {"moved_entries", line.moved, "entries"},
                      {"allocated", line.bytes, "bytes"},
                      {"needed", best.bytes, "bytes"}};
  recognize::FrameRef place = heaviest->place;
  std::size_t sample = heaviest->sample;
  if (auto* const grown = std::get_if<GrownInSteps>(&finding.problem); grown != nullptr && hinted) {
    if (const auto line_of_most = unexpected_in(line)) {
      grown->expected = line_of_most->other;
      grown->unexpected = line_of_most->here;
      place = line_of_most->line;
      sample = line_of_most->sample;
    }
  }
  if (!first.table->rule->tells_entries()) finding.basis = Basis::kInferred;
  finding.is_note = finding.id == FindingId::kGrownInSteps && is_usual(line);
  context.finish(finding, place, sample, saving);
  findings.push_back(std::move(finding));
}

}  // namespace

void find_reserves(const FindingContext& context, const std::vector<TableBlocks>& tables,
                   std::vector<Finding>& findings) {
  // One call site in a template may serve tables of many names.
  std::map<std::tuple<bool, std::string, std::int64_t, std::string>, std::vector<GrowthHistory>> lines;
  for (const TableBlocks& table : tables) {
    for (GrowthHistory& history : growth_histories(table, context.interval)) {
      if (history.copied) continue;
      const recognize::Frame place = context.frames.describe(history.place);
      // Without a source file, the function identifies the call site.
      const auto key = std::tuple(history.hinted, place.file, place.line, place.file.empty() ? place.function : "");
      lines[key].push_back(std::move(history));
    }
  }
  for (auto& [place, members] : lines) consider(context, line_of(std::move(members)), findings);
}

}  // namespace bucketprof::findings
