// SPDX-License-Identifier: Apache-2.0
//
// Rows of both sides are first paired by name; only rows left over are compared in detail.
#include "profiler/compare/diff.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "profiler/base/hash.h"
#include "profiler/base/saturating.h"
#include "profiler/compare/merged_sites.h"
#include "profiler/compare/similarity.h"
#include "profiler/model/index_table.h"
#include "profiler/tables/kind.h"

namespace bucketprof::compare {
namespace {

constexpr double kLikelyRename = 0.5;
constexpr std::size_t kMostMoved = 1000;  // of a table: one-sided rows, and other rows, considered for merging

using TableName = std::pair<Name, Name>;
TableName table_name(const TableCost& row) { return {row.table, row.kind}; }

/// The sort key of a change: bytes, then slack, then blocks or rehashes.
auto weight(const Change& change) {
  const auto size = [&change](std::size_t metric) { return magnitude_saturated(change.growth(metric)); };
  return std::tuple(std::max(size(model::kInuseSpace), size(model::kAllocSpace)), size(model::kAllocSlack),
                    std::max({size(model::kAllocObjects), size(model::kInuseObjects), size(kRehashes)}));
}

void sort_rows(std::vector<Change>& rows) {
  std::sort(rows.begin(), rows.end(), [](const Change& a, const Change& b) {
    const auto of_a = weight(a);
    const auto of_b = weight(b);
    if (of_a != of_b) return of_a > of_b;
    return std::tie(a.table, a.kind, a.function) < std::tie(b.table, b.kind, b.function);
  });
}

/// Whether the slack of a table or site is known.
bool knows_slack_of(const Change& change) {
  const tables::Kind kind = tables::kind_of(change.kind.str());
  // Of a kind that no rule knows only nodes have slack that is known.
  if (kind == tables::Kind::kUnknown && change.before.values[model::kAllocSlack] == 0 &&
      change.after.values[model::kAllocSlack] == 0)
    return false;
  return tables::tells_entries(kind);
}

class Matcher {
 public:
  Matcher(const Costs& before, const Costs& after) : before_(before), after_(after) {}

  Diff run() && {
    diff_.total.before = before_.total;
    diff_.total.after = after_.total;
    match_tables();
    match_sites();
    sort_rows(diff_.tables);
    sort_rows(diff_.sites);
    say_what_is_unknown();
    return std::move(diff_);
  }

 private:
  void say_what_is_unknown() {
    const bool any = before_.tells_slack && after_.tells_slack;
    // Otherwise it is known of those that were looked at.
    for (Change& table : diff_.tables) table.tells_slack = any ? knows_slack_of(table) : table.tells_slack;
    for (Change& site : diff_.sites) site.tells_slack = any ? knows_slack_of(site) : site.tells_slack;
    diff_.total.tells_slack =
        diff_.tables.empty() ||
        std::any_of(diff_.tables.begin(), diff_.tables.end(), [](const Change& table) { return table.tells_slack; });
  }

  void match_tables() {
    std::map<TableName, const TableCost*> old;
    for (const TableCost& row : before_.tables) old[table_name(row)] = &row;
    std::vector<const TableCost*> fresh;
    for (const TableCost& row : after_.tables) {
      const auto same = old.find(table_name(row));
      if (same == old.end()) {
        fresh.push_back(&row);
      } else {
        add_table(same->second, &row);
        old.erase(same);
      }
    }
    std::vector<const TableCost*> gone;
    gone.reserve(old.size());
    for (const auto& [key, row] : old) gone.push_back(row);
    match_renamed_tables(gone, fresh);
    for (const TableCost* row : gone) {
      if (row != nullptr) add_table(row, nullptr);
    }
    for (const TableCost* row : fresh) {
      if (row != nullptr) add_table(nullptr, row);
    }
  }

  void match_renamed_tables(std::vector<const TableCost*>& gone, std::vector<const TableCost*>& fresh) {
    if (gone.empty() || fresh.empty()) return;
    const auto heavier = [](const TableCost* a, const TableCost* b) {
      return a->cost.values[model::kAllocSpace] > b->cost.values[model::kAllocSpace];
    };
    std::stable_sort(gone.begin(), gone.end(), heavier);
    std::stable_sort(fresh.begin(), fresh.end(), heavier);
    const auto functions_before = functions(before_);
    const auto functions_after = functions(after_);
    const auto similarity = [&](std::size_t i, std::size_t j) {
      if (gone[i]->kind != fresh[j]->kind) return 0.0;
      return 0.4 * cost_similarity(gone[i]->cost, fresh[j]->cost) +
             0.2 * name_similarity(gone[i]->table.str(), fresh[j]->table.str()) +
             0.4 *
                 list_similarity(functions_before.at(table_name(*gone[i])), functions_after.at(table_name(*fresh[j])));
    };
    for (const SimilarPair& pair : most_similar_pairs(gone.size(), fresh.size(), kLikelyRename, similarity)) {
      add_table(gone[pair.before], fresh[pair.after]);
      gone[pair.before] = fresh[pair.after] = nullptr;
    }
  }

  /// The first functions, by name, that allocate for each table.
  static std::map<TableName, std::vector<Name>> functions(const Costs& costs) {
    constexpr std::size_t kEnough = 50;
    std::map<TableName, std::vector<Name>> result;
    for (const TableCost& row : costs.tables) result[table_name(row)];
    for (const SiteCost& row : costs.sites) {
      auto& names = result[{row.table, row.kind}];
      if (names.size() < kEnough) names.push_back(row.function);
    }
    return result;
  }

  void add_table(const TableCost* before, const TableCost* after) {
    Change& row = diff_.tables.emplace_back();
    const TableCost& named = after != nullptr ? *after : *before;
    row.table = named.table;
    row.kind = named.kind;
    row.is_new = before == nullptr;
    row.is_gone = after == nullptr;
    if (before != nullptr) row.before = before->cost;
    if (after != nullptr) row.after = after->cost;
    row.tells_slack = (before == nullptr || before->looked_at) && (after == nullptr || after->looked_at);
    if (before == nullptr || after == nullptr || before->table == after->table) return;
    row.renamed_from = before->table;
    renamed_[table_name(*before)] = table_name(*after);
  }

  void match_sites() {
    std::vector<Change>& rows = diff_.sites;
    rows.reserve(std::max(before_.sites.size(), after_.sites.size()));
    std::vector<const SiteCost*> sites;  // by row: the site that it was made from
    for (const SiteCost& site : after_.sites) {
      Change& row = row_of({site.table, site.kind}, site.function);
      row.after = site.cost;
      row.location = site.location;
      row.is_new = true;
      row.tells_slack = site.looked_at;
      sites.push_back(&site);
    }
    for (const SiteCost& site : before_.sites) {
      const auto now = renamed_.empty() ? renamed_.end() : renamed_.find({site.table, site.kind});
      Change& row = row_of(now == renamed_.end() ? TableName(site.table, site.kind) : now->second, site.function);
      row.before = site.cost;
      row.tells_slack = row.tells_slack && site.looked_at;
      if (sites.size() < rows.size()) {
        row.is_gone = true;
        row.location = site.location;
        sites.push_back(&site);
      }
      row.is_new = false;
    }
    merge_lone_rows(sites);
  }

  static std::uint64_t hash_of(const TableName& table, Name function) {
    return mix(mix(table.first.hash(), table.second.hash()), function.hash());
  }
  auto is_row(const TableName& table, Name function) const {
    return [this, &table, function](std::uint32_t at) {
      const Change& row = diff_.sites[at];
      return row.function == function && row.table == table.first && row.kind == table.second;
    };
  }

  Change& row_of(const TableName& table, Name function) {
    std::vector<Change>& rows = diff_.sites;
    const std::uint32_t index = index_.find_or_insert(hash_of(table, function), static_cast<std::uint32_t>(rows.size()),
                                                      is_row(table, function));
    if (index == rows.size()) {
      rows.emplace_back();
      rows.back().table = table.first;
      rows.back().kind = table.second;
      rows.back().function = function;
    }
    return rows[index];
  }

  /// For each table, merges one-sided rows into rows that changed in the other direction, or pairs them as renames.
  void merge_lone_rows(const std::vector<const SiteCost*>& sites) {
    std::map<TableName, std::vector<MergeableRow>> tables;
    for (const Change& row : diff_.sites) {
      if (row.is_new || row.is_gone) tables.try_emplace({row.table, row.kind});
    }
    if (tables.empty()) return;
    for (std::size_t i = 0; i < sites.size(); ++i) {
      Change& row = diff_.sites[i];
      if (!row.is_new && !row.is_gone && row.growth(model::kAllocSpace) == 0) continue;
      if (const auto table = tables.find({row.table, row.kind}); table != tables.end())
        table->second.emplace_back(row, *sites[i]);
    }
    std::vector<bool> merged(diff_.sites.size());
    for (auto& [table, rows] : tables) {
      keep_heaviest(rows);
      merge_inlined_sites(rows);
      merge_renamed(rows);
      for (const MergeableRow& row : rows) {
        if (row.merged) merged[static_cast<std::size_t>(row.change - diff_.sites.data())] = true;
      }
    }
    if (std::find(merged.begin(), merged.end(), true) == merged.end()) return;
    std::erase_if(diff_.sites,
                  [&](const Change& row) { return merged[static_cast<std::size_t>(&row - diff_.sites.data())]; });
  }

  /// Keeps the heaviest kMostMoved one-sided rows, and as many others.
  static void keep_heaviest(std::vector<MergeableRow>& rows) {
    std::stable_sort(rows.begin(), rows.end(), [](const MergeableRow& a, const MergeableRow& b) {
      const auto of_a = weight(*a.change);
      const auto of_b = weight(*b.change);
      return of_a != of_b ? of_a > of_b : a.change->function < b.change->function;
    });
    std::size_t one_sided = 0;
    std::size_t others = 0;
    std::erase_if(rows,
                  [&](const MergeableRow& row) { return (row.one_sided() ? one_sided : others)++ >= kMostMoved; });
  }

  static void merge_renamed(std::vector<MergeableRow>& rows) {
    std::vector<MergeableRow*> gone;
    std::vector<MergeableRow*> fresh;
    for (MergeableRow& row : rows) {
      if (row.merged) continue;
      if (row.change->is_gone) gone.push_back(&row);
      if (row.change->is_new) fresh.push_back(&row);
    }
    const auto similarity = [&](std::size_t i, std::size_t j) {
      return 0.4 * cost_similarity(gone[i]->change->before, fresh[j]->change->after) +
             0.2 * name_similarity(gone[i]->change->function.str(), fresh[j]->change->function.str()) +
             0.4 * list_similarity(gone[i]->site->callers, fresh[j]->site->callers);
    };
    for (const SimilarPair& pair : most_similar_pairs(gone.size(), fresh.size(), kLikelyRename, similarity)) {
      MergeableRow& old = *gone[pair.before];
      Change& now = *fresh[pair.after]->change;
      add(now.before, old.change->before);
      now.renamed_from = old.change->function;
      now.is_new = false;
      old.merged = true;
    }
  }

  const Costs& before_;
  const Costs& after_;
  std::map<TableName, TableName> renamed_;  // from a table's earlier name to its later one
  model::IndexTable index_;                 // rows of sites by table, kind and function
  Diff diff_;
};

}  // namespace

std::int64_t Change::growth(std::size_t metric) const {
  return subtract_saturated(after.values[metric], before.values[metric]);
}

Diff diff(const Costs& before, const Costs& after) { return Matcher(before, after).run(); }

}  // namespace bucketprof::compare
