// SPDX-License-Identifier: Apache-2.0
//
// Thread-safe (no state).
#include "profiler/analyze/diff.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "profiler/analyze/likeness.h"

namespace bucketprof::analyze {
namespace {

constexpr double kLikelyRename = 0.5;

using TableName = std::pair<std::string, std::string>;
TableName table_name(const TableCost& row) { return {row.table, row.kind}; }

std::int64_t difference(std::int64_t before, std::int64_t after) {
  std::int64_t result = 0;
  if (!__builtin_sub_overflow(after, before, &result)) return result;
  return after < before ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
}

std::uint64_t size_of(std::int64_t change) {
  return change < 0 ? 0 - static_cast<std::uint64_t>(change) : static_cast<std::uint64_t>(change);
}

/// What matters about a change, to order rows by: bytes, then blocks.
auto weight(const Change& change) {
  const auto size = [&change](std::size_t metric) { return size_of(change.growth(metric)); };
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
    return std::move(diff_);
  }

 private:
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
    for (const auto& [key, row] : old) gone.push_back(row);
    const auto heavier = [](const TableCost* a, const TableCost* b) {
      return a->cost.of[model::kAllocSpace] > b->cost.of[model::kAllocSpace];
    };
    std::stable_sort(gone.begin(), gone.end(), heavier);
    std::stable_sort(fresh.begin(), fresh.end(), heavier);
    const auto functions_before = functions(before_);
    const auto functions_after = functions(after_);
    const auto likeness = [&](std::size_t i, std::size_t j) {
      if (gone[i]->kind != fresh[j]->kind) return 0.0;
      return 0.4 * cost_likeness(gone[i]->cost, fresh[j]->cost) + 0.2 * name_likeness(gone[i]->table, fresh[j]->table) +
             0.4 * list_likeness(functions_before.at(table_name(*gone[i])), functions_after.at(table_name(*fresh[j])));
    };
    for (const Likely& pair : likely_pairs(gone.size(), fresh.size(), kLikelyRename, likeness)) {
      add_table(gone[pair.before], fresh[pair.after]);
      gone[pair.before] = fresh[pair.after] = nullptr;
    }
    for (const TableCost* row : gone) {
      if (row != nullptr) add_table(row, nullptr);
    }
    for (const TableCost* row : fresh) {
      if (row != nullptr) add_table(nullptr, row);
    }
  }

  /// The functions that allocate for each table, in order.
  static std::map<TableName, std::vector<std::string>> functions(const Costs& costs) {
    std::map<TableName, std::vector<std::string>> result;
    for (const TableCost& row : costs.tables) result[table_name(row)];
    for (const SiteCost& row : costs.sites) result[{row.table, row.kind}].push_back(row.function);
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
    if (before == nullptr || after == nullptr) return;
    if (before->table != after->table) row.was = before->table;
    renamed_[table_name(*before)] = table_name(*after);
  }

  /// The sites of one table, those of the earlier profile under the table's later name.
  struct Sites {
    std::map<std::string, const SiteCost*> before;
    std::map<std::string, const SiteCost*> after;
  };

  void match_sites() {
    std::map<TableName, Sites> tables;
    for (const SiteCost& row : before_.sites) {
      const auto now = renamed_.find({row.table, row.kind});
      tables[now == renamed_.end() ? TableName(row.table, row.kind) : now->second].before[row.function] = &row;
    }
    for (const SiteCost& row : after_.sites) tables[{row.table, row.kind}].after[row.function] = &row;
    for (const auto& [key, sites] : tables) match_sites_of(key, sites);
  }

  struct Row {
    Change change;
    const SiteCost* before = nullptr;
    const SiteCost* after = nullptr;
    bool merged = false;  // into another row
  };

  void match_sites_of(const TableName& key, const Sites& sites) {
    std::set<std::string> names;
    for (const auto& [name, row] : sites.before) names.insert(name);
    for (const auto& [name, row] : sites.after) names.insert(name);
    std::vector<Row> rows;
    for (const std::string& name : names) {
      Row& row = rows.emplace_back();
      const auto before = sites.before.find(name);
      const auto after = sites.after.find(name);
      if (before != sites.before.end()) row.before = before->second;
      if (after != sites.after.end()) row.after = after->second;
      row.change.table = key.first;
      row.change.kind = key.second;
      row.change.function = name;
      row.change.is_new = row.before == nullptr;
      row.change.is_gone = row.after == nullptr;
      if (row.before != nullptr) row.change.before = row.before->cost;
      if (row.after != nullptr) row.change.after = row.after->cost;
      row.change.shown = row.after != nullptr ? row.after->shown : row.before->shown;
    }
    merge_calls(rows);
    merge_renamed(rows);
    for (Row& row : rows) {
      if (!row.merged) diff_.sites.push_back(std::move(row.change));
    }
  }

  /// Rows of one side alone go to their caller's row, if that changed the other way by half as much at least.
  static void merge_calls(std::vector<Row>& rows) {
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Row& a, const Row& b) { return weight(a.change) > weight(b.change); });
    for (Row& row : rows) {
      if (!row.change.is_new && !row.change.is_gone) continue;
      const SiteCost& site = row.after != nullptr ? *row.after : *row.before;
      const std::int64_t moved = row.change.growth(model::kAllocSpace);
      for (Row& caller : rows) {
        if (&caller == &row || caller.merged || row.merged) continue;
        if (std::find(site.callers.begin(), site.callers.end(), caller.change.function) == site.callers.end()) continue;
        const std::int64_t other = caller.change.growth(model::kAllocSpace);
        if ((moved < 0) == (other < 0) || size_of(other) < size_of(moved) / 2) continue;
        add(caller.change.before, row.change.before);
        add(caller.change.after, row.change.after);
        caller.change.is_new = caller.change.is_new && row.change.is_new;
        caller.change.is_gone = caller.change.is_gone && row.change.is_gone;
        caller.change.holds.push_back(row.change.function);
        row.merged = true;
      }
    }
  }

  static void merge_renamed(std::vector<Row>& rows) {
    std::vector<Row*> gone;
    std::vector<Row*> fresh;
    for (Row& row : rows) {
      if (row.merged) continue;
      if (row.change.is_gone) gone.push_back(&row);
      if (row.change.is_new) fresh.push_back(&row);
    }
    const auto likeness = [&](std::size_t i, std::size_t j) {
      return 0.4 * cost_likeness(gone[i]->change.before, fresh[j]->change.after) +
             0.2 * name_likeness(gone[i]->change.function, fresh[j]->change.function) +
             0.4 * list_likeness(gone[i]->before->callers, fresh[j]->after->callers);
    };
    for (const Likely& pair : likely_pairs(gone.size(), fresh.size(), kLikelyRename, likeness)) {
      Row& old = *gone[pair.before];
      Change& now = fresh[pair.after]->change;
      add(now.before, old.change.before);
      now.was = old.change.function;
      now.is_new = false;
      old.merged = true;
    }
  }

  const Costs& before_;
  const Costs& after_;
  std::map<TableName, TableName> renamed_;  // a table's names before and after
  Diff diff_;
};

}  // namespace

std::int64_t Change::growth(std::size_t metric) const { return difference(before.of[metric], after.of[metric]); }

Diff diff(const Costs& before, const Costs& after) { return Matcher(before, after).run(); }

}  // namespace bucketprof::analyze
