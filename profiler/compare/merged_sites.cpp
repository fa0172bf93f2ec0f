// SPDX-License-Identifier: Apache-2.0
//
// A function has no frame during a tail call (a jump), so its allocations then appear as those of its callers.
#include "profiler/compare/merged_sites.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "profiler/base/saturating.h"
#include "profiler/compare/similarity.h"

namespace bucketprof::compare {
namespace {

constexpr double kSame = 0.95;

std::int64_t bytes_of(const MergeableRow& row) { return magnitude_saturated(row.growth()); }

void merge(MergeableRow& from, MergeableRow& into) {
  Change& change = *into.change;
  add(change.before, from.change->before);
  add(change.after, from.change->after);
  change.is_new = change.is_new && from.change->is_new;
  change.is_gone = change.is_gone && from.change->is_gone;
  change.absorbs.push_back(from.change->function);
  change.absorbs.insert(change.absorbs.end(), from.change->absorbs.begin(), from.change->absorbs.end());
  into.functions.merge(from.functions);
  into.callers.merge(from.callers);
  into.nearest.merge(from.nearest);
  from.merged = true;
}

class CallMerger {
 public:
  explicit CallMerger(std::vector<MergeableRow>& rows) : rows_(rows) {
    for (MergeableRow& row : rows_) add_to_index(row);
  }

  void run() && {
    for (bool again = true; again;) {
      again = false;
      for (MergeableRow& row : rows_) {
        if (row.merged || (!row.one_sided() && row.change->absorbs.empty())) continue;
        MergeableRow* other = counterpart(row);
        if (other == nullptr) continue;
        merge(row, *other);
        add_to_index(*other);
        again = true;
      }
    }
  }

 private:
  using Index = std::map<Name, std::vector<MergeableRow*>>;

  void add_to_index(MergeableRow& row) {
    for (const Name name : row.functions) by_function_[name].push_back(&row);
    for (const Name name : row.callers) by_caller_[name].push_back(&row);
  }

  /// The heaviest row that `row` can be merged into; nullptr if there is none.
  MergeableRow* counterpart(const MergeableRow& row) const {
    std::set<MergeableRow*> others;
    for (const auto& [index, names] : {std::pair(&by_function_, &row.callers), {&by_caller_, &row.functions}}) {
      for (const Name name : *names) {
        if (const auto found = index->find(name); found != index->end())
          others.insert(found->second.begin(), found->second.end());
      }
    }
    const std::int64_t moved = bytes_of(row);
    MergeableRow* heaviest = nullptr;
    double sum = 0;
    for (MergeableRow* other : others) {
      if (!row.offsets(*other)) continue;
      // What remains of merged rows is no evidence about a much larger change.
      if (!row.one_sided() && bytes_of(*other) / 2 > moved) continue;
      sum += static_cast<double>(bytes_of(*other));
      const auto rank = [](const MergeableRow* candidate) {
        return std::pair(bytes_of(*candidate), candidate->change->function);
      };
      if (heaviest == nullptr || rank(other) > rank(heaviest)) heaviest = other;
    }
    return sum < static_cast<double>(moved) / 2 ? nullptr : heaviest;
  }

  std::vector<MergeableRow>& rows_;
  Index by_function_;
  Index by_caller_;
};

bool have_common(const std::set<Name>& a, const std::set<Name>& b) {
  return std::any_of(a.begin(), a.end(), [&b](Name name) { return b.contains(name); });
}

/// The cost on the only side that has the row.
const Cost& cost_of(const Change& one_sided) { return one_sided.is_new ? one_sided.after : one_sided.before; }

void merge_folded(std::vector<MergeableRow>& rows) {
  for (MergeableRow& row : rows) {
    if (row.one_sided() || row.merged) continue;
    std::vector<MergeableRow*> parts;
    Cost sum;
    for (MergeableRow& other : rows) {
      if (!other.one_sided() || !other.offsets(row) || !have_common(other.nearest, row.nearest)) continue;
      parts.push_back(&other);
      add(sum, cost_of(*other.change));
    }
    Cost change;  // absolute values
    for (std::size_t i = 0; i < kCostCount; ++i) change.values[i] = magnitude_saturated(row.change->growth(i));
    if (cost_similarity(sum, change) < kSame) {
      const auto same = std::find_if(parts.begin(), parts.end(), [&change](const MergeableRow* part) {
        return cost_similarity(cost_of(*part->change), change) >= kSame;
      });
      parts = same == parts.end() ? std::vector<MergeableRow*>() : std::vector{*same};
    }
    for (MergeableRow* part : parts) merge(*part, row);
  }
}

}  // namespace

MergeableRow::MergeableRow(Change& its_change, const SiteCost& its_site) : change(&its_change), site(&its_site) {
  functions.insert(its_site.function);
  nearest.insert(its_site.also.begin(), its_site.also.end());
  nearest.insert(its_site.callers.front());
  callers = nearest;
  callers.insert(its_site.callers.begin(), its_site.callers.end());
  for (std::set<Name>* names : {&nearest, &callers}) names->erase(Name());
}

bool MergeableRow::offsets(const MergeableRow& other) const {
  if (merged || other.merged) return false;
  return growth() < 0 ? other.growth() > 0 : growth() > 0 && other.growth() < 0;
}

void merge_inlined_sites(std::vector<MergeableRow>& rows) {
  CallMerger(rows).run();
  merge_folded(rows);
}

}  // namespace bucketprof::compare
