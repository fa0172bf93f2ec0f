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
  Analyzer(const model::Profile& profile, const findings::Thresholds& thresholds)
      : profile_(profile), reader_(profile), frames_(profile), thresholds_(thresholds) {}

  Analysis run() && {
    result_.facts = facts::read_facts(profile_);
    result_.has = reader_.has();
    result_.weight_type = reader_.weight_type();
    result_.weight_unit = reader_.weight_unit();
    for (std::size_t i = 0; i < profile_.samples.size(); ++i) add_sample(i);
    finish_tables();
    finish_sites();
    say_what_is_missing();
    result_.findings = findings::find_reported(profile_, reader_, frames_, thresholds_);
    return std::move(result_);
  }

 private:
  struct TableSums {
    facts::SampleValues amounts;
    std::map<std::string_view, facts::SampleValues> parts;
    std::map<std::string_view, facts::SampleValues> causes;
    Arrays arrays;
    Counts counts;
    double entries = 0;
    bool tells_fill = true;
    bool is_told = false;             // the bytes of an entry are known, and so is slack
    bool has_nodes = false;           // only set for tables recognized by function names
    bool has_unknown_arrays = false;  // the same; unknown capacity
    std::map<std::int64_t, Step> steps;
    std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t>, Start> starts;  // hint, peak, slots
  };
  struct SiteSums {
    facts::SampleValues amounts;
    recognize::FrameRef caller;
    Arrays arrays;
    bool tells_fill = true;
    facts::SampleValues heaviest;
    std::size_t heaviest_sample = 0;
  };
  void add_sample(std::size_t sample) {
    const facts::SampleFacts facts = reader_.read(sample);
    const facts::SampleValues& amounts = facts.amounts;
    add(result_.totals, amounts);
    const TableKey key{facts.table, facts.kind};
    const bool tells_fill =
        facts.table == 0 || result_.facts.classified || tables::tells_slack(kind_of(facts.kind), facts.part);
    if (facts.table != 0) {
      TableSums& table = tables_[key];
      add(table.amounts, amounts);
      add(table.parts[profile_.str(facts.part_name)], amounts);
      add(table.causes[profile_.str(facts.cause_name)], amounts);
      table.arrays.add(facts);
      count(facts, table);
      if (!tells_fill) table.tells_fill = false;
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
    if (!tells_fill) site.tells_fill = false;
  }

  tables::Kind kind_of(model::StringId kind) const { return tables::kind_of(profile_.str(kind)); }

  /// For tables recognized by function names. Each of their nodes is an entry. Tables cannot be counted if there are
  /// arrays of unknown capacity, because an array of a table that grew looks like a first one.
  static void count_unlabelled(const facts::SampleFacts& facts, TableSums& table) {
    if (facts.entry_bytes > 0) table.is_told = true;
    if (facts.entry_bytes > 0) return;
    if (facts.part == hashmap::Part::kNodes) {
      table.has_nodes = true;
      table.entries += static_cast<double>(std::max<std::int64_t>(0, facts.amounts.values[model::kInuseObjects]));
    }
    if (facts.part == hashmap::Part::kBuckets && facts.slots == 0) table.has_unknown_arrays = true;
  }

  static void count(const facts::SampleFacts& facts, TableSums& table) {
    const auto& values = facts.amounts.values;
    Counts& counts = table.counts;
    if (facts.entry_bytes > 0) {
      const std::int64_t held = held_bytes(values[model::kInuseSpace], values[model::kInuseSlack]);
      add_saturated(counts.entries_size, held);
      table.entries += static_cast<double>(held) / static_cast<double>(facts.entry_bytes);
    }
    if (facts.part != hashmap::Part::kBuckets) return;
    const bool is_start = hashmap::begins_table(facts.cause);
    add_saturated(counts.alive, values[model::kInuseObjects]);
    if (is_start) add_saturated(counts.ever, values[model::kAllocObjects]);
    std::int64_t slots = 0;
    if (__builtin_mul_overflow(values[model::kInuseObjects], facts.slots, &slots)) slots = 0;
    add_saturated(counts.capacity, slots);
    Step& step = table.steps[facts.slots];
    step.slots = facts.slots;
    step.bytes = std::max(step.bytes, facts.bytes);
    add(step.amounts, facts.amounts);
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
      table.counts = sums.counts;
      table.tells_fill = sums.tells_fill;
      table.counts.entries = static_cast<std::int64_t>(std::min(std::round(sums.entries), kMostCounted));
      table.counts.growths = sums.arrays.grown;
      table.counts.same_size = sums.arrays.same_size;
      if (sums.has_unknown_arrays) {
        table.counts.ever = 0;
        sums.steps.clear();
      }
      table.pattern = pattern_of(sums.arrays);
      table.shape = shape_of(sums.amounts, result_.totals);
      for (const auto& [slots, step] : sums.steps) table.steps.push_back(step);
      for (const auto& [what, start] : sums.starts) table.starts.push_back(start);
      result_.tables.push_back(std::move(table));
    }
    facts::sort_by_weight(result_.tables, [](const Table& table) { return std::tie(table.name, table.kind); });
  }

  void finish_sites() {
    for (const auto& [key, sums] : sites_) {
      const TableKey& table = std::get<0>(key);
      result_.sites.push_back({std::string(profile_.str(table.first)), std::string(profile_.str(table.second)),
                               frames_.describe(sums.caller), sums.amounts, sums.tells_fill, pattern_of(sums.arrays),
                               shape_of(sums.amounts, result_.totals), frames_.stack(sums.heaviest_sample)});
    }
    facts::sort_by_weight(result_.sites, [](const Site& site) {
      return std::tie(site.table, site.kind, site.caller.function, site.caller.file, site.caller.line);
    });
  }

  void say_what_is_missing() {
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
    const auto untold =
        std::count_if(tables_.begin(), tables_.end(), [](const auto& table) { return !table.second.tells_fill; });
    if (untold > 0) {
      result_.missing.push_back(fmt::format("entries and slack of {} {}: {} not tell", untold,
                                            untold == 1 ? "table" : "tables",
                                            untold == 1 ? "its container does" : "their containers do"));
    }
    // Samples that were left out may have left locations behind that no stack uses.
    std::vector<bool> used(profile_.locations.size());
    for (std::size_t i = 0; i < profile_.samples.size(); ++i) {
      for (const model::LocationId id : profile_.stack(i)) used[id] = true;
    }
    std::size_t nameless = 0;
    for (std::size_t i = 0; i < used.size(); ++i) nameless += used[i] && profile_.locations[i].lines.empty() ? 1 : 0;
    if (nameless > 0) {
      result_.missing.push_back(fmt::format("function names of {} of {} code addresses: their files are not at hand",
                                            nameless, std::count(used.begin(), used.end(), true)));
    }
  }

  void say_what_names_do_not_tell() {
    if (!result_.facts.classified) return;
    std::size_t open = 0;
    std::size_t untold = 0;
    for (const auto& [key, sums] : tables_) {
      if (sums.is_told) continue;
      ++untold;
      if (sums.has_unknown_arrays && !sums.has_nodes) ++open;
    }
    if (open > 0) result_.missing.push_back(fmt::format("fill of {} open tables: it needs the allocator", open));
    if (untold > 0) result_.missing.push_back(fmt::format("slack of {} tables that were found by name", untold));
    if (untold == tables_.size()) result_.has[model::kAllocSlack] = result_.has[model::kInuseSlack] = false;
    if (tables_.empty()) result_.missing.push_back("tables: no stack has a known one; --all shows all allocations");
  }

  const model::Profile& profile_;
  facts::SampleReader reader_;
  recognize::Frames frames_;
  const findings::Thresholds& thresholds_;
  std::map<TableKey, TableSums> tables_;
  std::map<SiteKey, SiteSums> sites_;
  Analysis result_;
};

}  // namespace

Analysis analyze(const model::Profile& profile, const findings::Thresholds& thresholds) {
  return Analyzer(profile, thresholds).run();
}

}  // namespace bucketprof::analyze
