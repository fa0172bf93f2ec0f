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

#include "profiler/findings/doubts.h"
#include "profiler/findings/findings.h"
#include "profiler/findings/growth_histories.h"
#include "profiler/findings/insert_lines.h"
#include "profiler/findings/lives.h"
#include "profiler/findings/reserve_line.h"

namespace bucketprof::findings {
namespace {

constexpr double kFewTables = 2.5;

/// Growing step by step once is the normal price of not knowing how many entries come, unless an array that is replaced
/// is in use at the moment of the profile, with the one that replaces it.
bool is_usual(const ReserveLine& line) {
  if (line.histories.front().hinted || line.tables > kFewTables) return false;
  double in_use = 0;
  std::set<const TableBlocks*> seen;
  for (const GrowthHistory& history : line.histories) {
    if ((history.life & tables::kRefilled) != 0) continue;  // what is emptied and filled again grew once all the same
    if (history.replaced_inuse > 0) return false;
    if (tells_lives(*history.table) || !seen.insert(history.table).second) continue;
    for (const Block& block : history.table->blocks) {
      const bool reserved = block.facts.cause == hashmap::Cause::kHint;  // of another line
      if (block.facts.part == hashmap::Part::kBuckets && !reserved) in_use += block.inuse();
    }
  }
  return in_use < line.tables + 0.5;
}

/// Whether no entry of these tables, which are few and still in use, ever came in the place of another.
bool only_grows(const ReserveLine& line) {
  constexpr tables::Life kOther = tables::kChurned | tables::kRefilled | tables::kAgain | tables::kEnlarged;
  if (line.tables > kFewTables || (line.life & kOther) != 0) return false;
  return std::all_of(line.histories.begin(), line.histories.end(), [](const GrowthHistory& history) {
    return tells_lives(*history.table) && history.table->tells_entries() && history.ended_inuse > 0;
  });
}

/// The line at which all tables grew, if that is not the line that reserved them, and they grew far beyond what was
/// reserved.
const GrownAt* grown_elsewhere(const ReserveLine& line) {
  constexpr std::uint64_t kFar = 100;  // times; less may be a bad guess
  const GrownAt* found = nullptr;
  for (const GrowthHistory& history : line.histories) {
    if (!history.table->tells_entries()) return nullptr;
    for (const GrownAt& at : history.grown) {
      if (is_same_line(at.place, history.place)) return nullptr;
      if (found != nullptr && !is_same_line(at.place, found->place)) return nullptr;
      found = &at;
    }
  }
  return line.most <= kFar * line.hint ? nullptr : found;
}

std::optional<Unexpected> unexpected_in(const ReserveLine& line) {
  std::vector<const TableBlocks*> tables;
  double hint = 0;
  for (const GrowthHistory& history : line.histories) {
    tables.push_back(history.table);
    hint += static_cast<double>(history.hint) * history.tables;
  }
  return unexpected_line(tables, hint);
}

void consider(const FindingContext& context, const ReserveLine& line, const Elsewhere& elsewhere,
              std::vector<Finding>& findings) {
  const Best best = best_reserve(line);
  const Saving saving{.avoidable = line.bytes - best.bytes, .of = line.bytes, .variance = line.variance};
  if (!saving.is_certain() || is_in_doubt(line, best.reserve, saving.avoidable, elsewhere)) return;

  const GrowthHistory& first = line.histories.front();
  const bool hinted = first.hinted;
  // That erased entries used up the room is another finding.
  const auto doubled = [](const GrowthHistory& history) { return history.doubled; };
  if (hinted && std::any_of(line.histories.begin(), line.histories.end(), doubled)) return;
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
                                       .mean = mean_entries(line),
                                       .filled = line.most >= line.hint};
  } else {
    finding.id = FindingId::kGrownInSteps;
    finding.problem = GrownInSteps{.tables = line.tables,
                                   .hint = line.hint,
                                   .growths = line.growths,
                                   .moved = line.moved,
                                   .held = line.held,
                                   .held_is_known = first.table->tells_entries() && !facts::may_be_rounded(line.held),
                                   .is_untold = !first.table->tells_entries()};
  }
  if (finding.id != FindingId::kNeverUsed && best.reserve != 0) finding.reserve = best.reserve;

  double inuse = 0;
  std::set<std::string> names;
  const GrowthHistory* heaviest = &first;
  for (const GrowthHistory& history : line.histories) {
    const GrowthRule& rule = *history.table->rule;
    const double right = best.reserve == 0 ? 0 : static_cast<double>(rule.reserved_bytes(best.reserve));
    if (smaller) inuse += std::max(0.0, history.inuse_start_bytes - history.inuse_tables * right);
    inuse += smaller ? 0 : history.replaced_inuse;
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
  if (auto* const grown = std::get_if<GrownInSteps>(&finding.problem); grown != nullptr && line.hint > 0) {
    if (const auto line_of_most = unexpected_in(line)) {
      grown->expected = line_of_most->other;
      grown->unexpected = line_of_most->here;
      finding.reserved_at = context.frames.describe(heaviest->place);
      grown->reserved_at = short_place(*finding.reserved_at);
      place = line_of_most->line;
      sample = line_of_most->sample;
    } else if (const GrownAt* const at = grown_elsewhere(line)) {
      grown->grown_here = true;
      finding.reserved_at = context.frames.describe(heaviest->place);
      grown->reserved_at = short_place(*finding.reserved_at);
      place = at->place;
      sample = at->sample;
    }
  } else if (grown != nullptr) {
    grown->only_grows = only_grows(line);
  }
  const bool looked = std::any_of(line.histories.begin(), line.histories.end(),
                                  [](const GrowthHistory& history) { return history.table->has_looks; });
  finding.basis = !first.table->tells_entries() ? Basis::kInferred : looked ? Basis::kSeen : Basis::kCounted;
  finding.is_note = finding.id == FindingId::kGrownInSteps && is_usual(line);
  context.finish(finding, place, sample, saving);
  findings.push_back(std::move(finding));
}

}  // namespace

namespace {

/// A line of the source. Without a source file, the function identifies the call site.
using Place = std::tuple<std::string, std::int64_t, std::string>;
Place place_of(const FindingContext& context, const recognize::FrameRef& ref) {
  recognize::Frame frame = context.frames.describe(ref);
  if (!frame.file.empty()) frame.function.clear();
  return {std::move(frame.file), frame.line, std::move(frame.function)};
}

struct AllLines {
  std::map<Place, double> grown;               // bytes of growth
  std::map<const TableBlocks*, double> again;  // bytes of tables that had arrays before
};

}  // namespace

void find_reserves(const FindingContext& context, const std::vector<TableBlocks>& tables,
                   std::vector<Finding>& findings) {
  // One call site in a template may serve tables of many names.
  std::map<std::pair<bool, Place>, std::vector<GrowthHistory>> lines;
  AllLines all;
  for (const TableBlocks& table : tables) {
    for (GrowthHistory& history : growth_histories(table, context.interval)) {
      if (history.copied) continue;
      for (const GrownAt& at : history.grown) all.grown[place_of(context, at.place)] += at.bytes;
      all.again[&table] += history.again_bytes;
      lines[{history.hinted, place_of(context, history.place)}].push_back(std::move(history));
    }
  }
  for (auto& [key, members] : lines) {
    std::map<Place, double> own;
    double again = 0;
    double restarted = 0;
    for (const GrowthHistory& history : members) {
      for (const GrownAt& at : history.grown) own[place_of(context, at.place)] += at.bytes;
      again += all.again[history.table] - history.again_bytes;
      restarted += history.again_bytes;
    }
    double grown = all.grown[key.second] - own[key.second];
    // A table that begins again may pass the line while it has an array, too.
    if (restarted > 0) {
      for (const auto& [place, bytes] : own) grown = std::max(grown, all.grown[place] - bytes);
    }
    // Without their beginnings, it is not known before which insert a reserve() comes in time.
    if (context.interval > 1 && !key.first && restarted > 0) continue;
    consider(context, line_of(std::move(members)), {.grown = context.interval > 1 ? 0 : grown, .again = again},
             findings);
  }
}

}  // namespace bucketprof::findings
