// SPDX-License-Identifier: Apache-2.0
//
// One pass over the samples adds each of them to its table and its site.
#include "profiler/analyze/analysis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include "profiler/base/saturating.h"
#include "profiler/facts/sample_facts.h"
#include "profiler/findings/findings.h"
#include "profiler/recognize/classify.h"
#include "profiler/tables/kind.h"

namespace bucketprof::analyze {
namespace {

using TableKey = std::pair<model::StringId, model::StringId>;                              // name and kind
using SiteKey = std::tuple<TableKey, model::FunctionId, std::int64_t, model::LocationId>;  // location: only if nameless

constexpr double kMostCounted = 0x1p62;

/// Bytes of entries in blocks of `space` bytes; 0 if the numbers are impossible, as a file may contain any.
std::int64_t held_bytes(std::int64_t space, std::int64_t slack) {
  std::int64_t held = 0;
  return __builtin_sub_overflow(space, slack, &held) ? 0 : std::max<std::int64_t>(0, held);
}

class Analyzer {
 public:
  Analyzer(const model::Profile& profile, const findings::Thresholds& thresholds, const NamelessShare& names)
      : profile_(profile), reader_(profile), frames_(profile), thresholds_(thresholds), names_(names) {}

  /// `searched`: known tables have been searched for by function names.
  Analysis run(bool searched) && {
    result_.facts = facts::read_facts(profile_);
    result_.has = reader_.has();
    result_.weight_type = reader_.weight_type();
    result_.weight_unit = reader_.weight_unit();
    for (std::size_t i = 0; i < profile_.samples.size(); ++i) add_sample(i);
    finish_tables();
    finish_sites();
    say_what_is_missing(searched || result_.facts.classified);
    result_.findings =
        findings::find_reported(profile_, reader_, frames_, thresholds_,
                                [this](const recognize::FrameRef& caller) { return has_all_names(caller); });
    std::erase_if(result_.notes, [this](const Note& note) { return note.id == NoteId::kReserved && is_found(note); });
    return std::move(result_);
  }

 private:
  struct TableSums {
    facts::SampleValues amounts;
    std::map<std::string_view, facts::SampleValues> parts;
    std::map<std::string_view, facts::SampleValues> causes;
    Arrays arrays;
    std::int64_t ever = 0;
    std::int64_t alive = 0;
    std::int64_t capacity = 0;
    std::int64_t entries_size = 0;
    std::int64_t nodes = 0;  // ever allocated
    double entries = 0;
    bool tells_slack = true;
    bool has_arrays = false;
    bool is_told = false;             // the bytes of an entry are known, or what arrays held, and so is slack
    bool has_unsized = false;         // entries whose bytes are not known
    bool hides_inuse = false;         // arrays in use of which nothing is known but their bytes
    double seen = 0;                  // entries in arrays in use that were looked at, if these are of unknown size
    bool has_nodes = false;           // only set for tables recognized by function names
    bool has_unknown_arrays = false;  // the same; unknown capacity
    findings::FillEvidence fill;
    std::map<std::int64_t, Step> steps;
    std::map<std::int64_t, Held> held;
    std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t>, Start> starts;  // hint, peak, slots
  };
  struct SiteSums {
    facts::SampleValues amounts;
    recognize::FrameRef caller;
    Arrays arrays;
    FirstArrays first;
    bool tells_slack = true;
    findings::FillEvidence fill;
    facts::SampleValues heaviest;
    std::size_t heaviest_sample = 0;
  };
  void add_sample(std::size_t sample) {
    const facts::SampleFacts facts = reader_.read(sample);
    const facts::SampleValues& amounts = facts.amounts;
    add(result_.totals, amounts);
    const TableKey key{facts.table, facts.kind};
    const bool tells_slack = facts.table == 0 || result_.facts.classified || knows_slack(facts);
    if (facts.table != 0) {
      TableSums& table = tables_[key];
      add(table.amounts, amounts);
      add(table.parts[profile_.str(facts.part_name)], amounts);
      add(table.causes[profile_.str(facts.cause_name)], amounts);
      table.arrays.add(facts);
      count(facts, table);
      table.fill.add(facts);
      if (!tells_slack) table.tells_slack = false;
      if (result_.facts.classified) count_unlabelled(facts, table);
    }
    const recognize::FrameRef caller = frames_.caller(sample);
    const bool nameless = caller.function == model::kNone;
    SiteSums& site = sites_[{key, caller.function, caller.line, nameless ? caller.location : model::kNone}];
    if (site.caller == recognize::FrameRef() || facts::heavier(amounts, site.heaviest)) {
      site.heaviest = amounts;
      site.heaviest_sample = sample;
      site.caller = caller;
    }
    add(site.amounts, amounts);
    site.arrays.add(facts);
    site.first.add(facts);
    site.fill.add(facts);
    if (!tells_slack) site.tells_slack = false;
  }

  /// Of a kind that no rule knows, arrays may hold anything.
  bool knows_slack(const facts::SampleFacts& facts) const {
    const tables::Kind kind = kind_of(facts.kind);
    return tables::tells_slack(kind, facts.part) &&
           (kind != tables::Kind::kUnknown || facts.part == hashmap::Part::kNodes);
  }

  /// False for the blocks of no known table, which may be shown as one.
  bool is_known(const TableKey& table) const { return profile_.str(table.first) != recognize::kOtherTable; }

  tables::Kind kind_of(model::StringId kind) const { return tables::kind_of(profile_.str(kind)); }

  /// For tables recognized by function names. Each of their nodes is an entry. Tables cannot be counted if there are
  /// arrays of unknown capacity, because an array of a table that grew looks like a first one.
  static void count_unlabelled(const facts::SampleFacts& facts, TableSums& table) {
    if (facts.entry_bytes > 0 || facts.seen) table.is_told = true;
    if (facts.entry_bytes > 0) return;
    const double in_use = static_cast<double>(std::max<std::int64_t>(0, facts.amounts.values[model::kInuseObjects]));
    if (facts.seen) table.seen += in_use * static_cast<double>(std::max<std::int64_t>(0, *facts.seen));
    table.has_unsized = table.has_unsized || facts.seen || facts.part == hashmap::Part::kNodes;
    if (facts.part == hashmap::Part::kNodes) {
      table.has_nodes = true;
      table.entries += in_use;
    }
    if (facts.part != hashmap::Part::kBuckets || facts.slots != 0) return;
    table.has_unknown_arrays = true;
    table.hides_inuse = table.hides_inuse || in_use > 0;
  }

  static void count(const facts::SampleFacts& facts, TableSums& table) {
    const auto& values = facts.amounts.values;
    if (facts.part == hashmap::Part::kNodes) add_saturated(table.nodes, values[model::kAllocObjects]);
    if (facts.entry_bytes > 0) {
      const std::int64_t held = held_bytes(values[model::kInuseSpace], values[model::kInuseSlack]);
      add_saturated(table.entries_size, held);
      table.entries += static_cast<double>(held) / static_cast<double>(facts.entry_bytes);
    }
    if (facts.part != hashmap::Part::kBuckets) return;
    const bool is_start = hashmap::begins_table(facts.cause);
    table.has_arrays = true;
    add_saturated(table.alive, values[model::kInuseObjects]);
    if (is_start) add_saturated(table.ever, values[model::kAllocObjects]);
    std::int64_t slots = 0;
    if (__builtin_mul_overflow(values[model::kInuseObjects], facts.slots, &slots)) slots = 0;
    add_saturated(table.capacity, slots);
    Step& step = table.steps[facts.slots];
    step.slots = facts.slots;
    step.bytes = std::max(step.bytes, facts.bytes);
    add(step.amounts, facts.amounts);
    if (facts.seen && !facts.peak && facts.slots > 0) {
      Held& held = table.held.try_emplace(facts.slots, Held{facts.slots, 0, *facts.seen, 0}).first->second;
      add_saturated(held.arrays, values[model::kAllocObjects]);
      held.least = std::min(held.least, *facts.seen);
      held.most = std::max(held.most, *facts.seen);
    }
    if (!is_start || !facts.peak) return;
    Start& start = table.starts[{facts.hint, *facts.peak, facts.slots}];
    start.hint = facts.hint;
    start.slots = facts.slots;
    start.peak = *facts.peak;
    add_saturated(start.tables, values[model::kAllocObjects]);
    add_saturated(start.bytes, values[model::kAllocSpace]);
  }

  static std::vector<Group> groups(const std::map<std::string_view, facts::SampleValues>& sums) {
    std::vector<Group> result;
    result.reserve(sums.size());
    for (const auto& [name, amounts] : sums) result.push_back({name.empty() ? "unknown" : std::string(name), amounts});
    facts::sort_by_weight(result, [](const Group& group) -> const std::string& { return group.name; });
    return result;
  }

  void finish_tables() {
    for (auto& [key, sums] : tables_) {
      Table table;
      table.name = profile_.str(key.first);
      table.kind = profile_.str(key.second);
      table.amounts = sums.amounts;
      table.parts = groups(sums.parts);
      table.causes = groups(sums.causes);
      if (result_.facts.classified) {
        sums.is_told = sums.is_told && sums.fill.tells_fill();
        sums.tells_slack = sums.tells_slack && sums.is_told;
        if (!sums.has_nodes) sums.entries += sums.seen;  // else they are the same
      }
      table.tells_slack = sums.tells_slack;
      table.silence = sums.fill.silence(kind_of(key.second), result_.facts.classified);
      table.counts = counts_of(sums);
      if (sums.has_unknown_arrays && sums.is_told) sums.steps.erase(0);
      if (sums.has_unknown_arrays && !sums.is_told) sums.steps.clear();
      if (sums.tells_slack) add(result_.told, sums.amounts);
      table.pattern = pattern_of(sums.arrays);
      table.shape = shape_of(sums.amounts, result_.totals);
      for (const auto& [slots, step] : sums.steps) table.steps.push_back(step);
      for (const auto& [what, start] : sums.starts) table.starts.push_back(start);
      for (const auto& [slots, held] : sums.held) table.held.push_back(held);
      result_.tables.push_back(std::move(table));
    }
    facts::sort_by_weight(result_.tables, [](const Table& table) { return std::tie(table.name, table.kind); });
  }

  Counts counts_of(const TableSums& sums) const {
    Counts counts;
    // A table is made once, if not in the period of a delta profile.
    const bool is_delta = profile_.duration_nanos != 0;
    if (!sums.has_unknown_arrays && (sums.ever > 0 || (is_delta && sums.has_arrays))) counts.ever = sums.ever;
    if (sums.tells_slack && !sums.has_unsized && !sums.hides_inuse) counts.entries_size = sums.entries_size;
    if ((sums.tells_slack && !sums.hides_inuse) || sums.has_nodes)
      counts.entries = static_cast<std::int64_t>(std::min(std::round(sums.entries), kMostCounted));
    if (!sums.has_arrays) return counts;
    counts.alive = sums.alive;
    counts.is_growing = !is_delta && counts.ever && counts.alive > counts.ever;
    if (!sums.hides_inuse && (sums.is_told || !sums.has_unknown_arrays)) counts.capacity = sums.capacity;
    counts.growths = sums.arrays.grown;
    counts.same_size = sums.arrays.same_size;
    return counts;
  }

  /// Whether all code of the caller's file has names, also that of inlined functions.
  bool has_all_names(const recognize::FrameRef& caller) const {
    if (caller.location == model::kNone || frames_.describe(caller).file.empty()) return false;
    const model::MappingId mapping = profile_.locations[caller.location].mapping;
    const std::string_view file = mapping == model::kNone ? "" : profile_.str(profile_.mappings[mapping].file);
    const auto lacks = [file](const NamelessModule& module) { return module.file == file; };
    return std::none_of(names_.unnamed.modules.begin(), names_.unnamed.modules.end(), lacks) &&
           std::none_of(names_.bare.modules.begin(), names_.bare.modules.end(), lacks);
  }

  /// Whether a finding says what the note does, and more.
  bool is_found(const Note& note) const {
    return std::any_of(result_.findings.begin(), result_.findings.end(), [&](const findings::Finding& finding) {
      return finding.site.function == note.site.function && finding.site.line == note.site.line &&
             finding.basis == findings::Basis::kBounded;
    });
  }

  void add_notes(const TableKey& key, const TableSums& table, const SiteSums& site) {
    const tables::Kind kind = kind_of(key.second);
    if (table.fill.silence(kind, result_.facts.classified) == findings::Silence::kNone) return;
    const NotedTable noted{.nodes = table.nodes,
                           .tables = table.has_unknown_arrays ? 0 : table.ever,
                           .sees_nodes = profile_.period <= 1 && has_all_names(site.caller),
                           .has_nodes = tables::entries_of(kind) == tables::Entries::kInNodes};
    for (const NoteId id : notes_on(site.first, noted)) {
      result_.notes.push_back({.id = id,
                               .table = std::string(profile_.str(key.first)),
                               .kind = std::string(profile_.str(key.second)),
                               .site = frames_.describe(site.caller),
                               .arrays = site.first.arrays,
                               .bytes = site.first.bytes,
                               .in_use = site.first.in_use,
                               .slots = site.first.knows_slots ? site.first.slots : 0,
                               .nodes = table.nodes});
    }
  }

  void finish_sites() {
    for (const auto& [key, sums] : sites_) {
      const TableKey& table = std::get<0>(key);
      const auto of = tables_.find(table);
      if (of != tables_.end()) add_notes(table, of->second, sums);
      result_.sites.push_back(
          {std::string(profile_.str(table.first)), std::string(profile_.str(table.second)),
           frames_.describe(sums.caller), sums.amounts,
           sums.tells_slack &&
               (of == tables_.end() || !result_.facts.classified || (of->second.tells_slack && sums.fill.tells_fill())),
           pattern_of(sums.arrays), shape_of(sums.amounts, result_.totals), frames_.stack(sums.heaviest_sample)});
    }
    facts::sort_by_weight(result_.sites, [](const Site& site) {
      return std::tie(site.table, site.kind, site.caller.function, site.caller.file, site.caller.line);
    });
    std::sort(result_.notes.begin(), result_.notes.end(), [](const Note& a, const Note& b) {
      return a.bytes != b.bytes ? a.bytes > b.bytes
                                : std::tie(a.table, a.kind, a.site.function, a.site.line, a.id) <
                                      std::tie(b.table, b.kind, b.site.function, b.site.line, b.id);
    });
  }

  void say_what_is_missing(bool searched) {
    std::string types;
    for (std::size_t i = 0; i < model::kSampleTypeCount; ++i) {
      if (!result_.has[i]) types += fmt::format("{}{}", types.empty() ? "" : ", ", model::kSampleTypes[i].type);
    }
    if (!types.empty()) result_.missing.push_back("values of " + types + ": the profile has no such sample types");
    if (result_.tables.empty() && !profile_.samples.empty() && !result_.facts.classified) {
      result_.missing.push_back(
          "tables and findings: no sample has a `table` label, so this is not a profile of bucketprof");
    }
    say_what_names_do_not_tell();
    const auto untold = std::count_if(result_.tables.begin(), result_.tables.end(),
                                      [](const Table& table) { return !table.tells_slack; });
    if (untold > 0 && !result_.facts.classified) {
      result_.missing.push_back(fmt::format("entries and slack of {} {}: {} not tell", untold,
                                            untold == 1 ? "table" : "tables",
                                            untold == 1 ? "its container does" : "their containers do"));
    }
    const bool is_of_memory = result_.has[model::kAllocSpace] || result_.weight_unit == "bytes";
    const bool no_table =
        std::none_of(tables_.begin(), tables_.end(), [this](const auto& row) { return is_known(row.first); });
    const bool by_name =
        searched && is_of_memory && (result_.facts.classified || (no_table && !profile_.samples.empty()));
    for (std::string& sentence : sentences_on_names(names_, by_name, by_name && no_table))
      result_.missing.push_back(std::move(sentence));
  }

  void say_what_names_do_not_tell() {
    if (!result_.facts.classified) return;
    std::size_t open = 0;
    std::size_t untold = 0;
    const bool none_told =
        std::none_of(tables_.begin(), tables_.end(), [](const auto& row) { return row.second.is_told; });
    for (const auto& [key, sums] : tables_) {
      if (sums.is_told) continue;
      if (!is_known(key)) continue;
      ++untold;
      if (sums.has_unknown_arrays && !sums.has_nodes) ++open;
    }
    if (open > 0)
      result_.missing.push_back(
          fmt::format("fill of {} open {}: it needs the allocator", open, open == 1 ? "table" : "tables"));
    if (untold > 0)
      result_.missing.push_back(fmt::format("slack of {} that {} found by name",
                                            untold == 1 ? "a table" : fmt::format("{} tables", untold),
                                            untold == 1 ? "was" : "were"));
    if (result_.facts.looks_rejected > 0)
      result_.missing.push_back(
          fmt::format("what {} block{} held: bytes look like one kind of table, and names say another",
                      result_.facts.looks_rejected, result_.facts.looks_rejected == 1 ? "" : "s"));
    if (none_told) result_.has[model::kAllocSlack] = result_.has[model::kInuseSlack] = false;
  }

  const model::Profile& profile_;
  facts::SampleReader reader_;
  recognize::Frames frames_;
  const findings::Thresholds& thresholds_;
  const NamelessShare& names_;
  std::map<TableKey, TableSums> tables_;
  std::map<SiteKey, SiteSums> sites_;
  Analysis result_;
};

}  // namespace

Analysis analyze(const model::Profile& profile, const findings::Thresholds& thresholds,
                 const std::optional<NamelessShare>& names) {
  const NamelessShare share = names ? *names : nameless_share(profile);
  return Analyzer(profile, thresholds, share).run(names.has_value());
}

}  // namespace bucketprof::analyze
