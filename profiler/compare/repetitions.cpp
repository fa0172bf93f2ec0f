// SPDX-License-Identifier: Apache-2.0
#include "profiler/compare/repetitions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <numeric>
#include <type_traits>
#include <utility>

#include "profiler/base/saturating.h"
#include "profiler/compare/comparable.h"

namespace bucketprof::compare {
namespace {

class Combiner {
 public:
  explicit Combiner(std::vector<Costs> runs) : runs_(std::move(runs)) {}

  Costs run() && {
    Costs all = std::move(runs_.front());
    // rows() and findings() still read the first run's rows.
    runs_.front() = all;
    all.runs = static_cast<std::int64_t>(runs_.size());
    all.losses = 0;
    std::vector<const Cost*> totals;
    for (const Costs& run : runs_) {
      add_saturated(all.losses, run.losses);
      totals.push_back(&run.total);
    }
    all.total = middle(totals);
    all.tables = rows<TableCost>(&Costs::tables);
    all.sites = rows<SiteCost>(&Costs::sites);
    all.findings = findings();
    return all;
  }

 private:
  std::int64_t middle(std::vector<std::int64_t> values) const {
    values.resize(runs_.size());  // adds 0 for each run that lacks the row
    if (runs_.front().interval > 1) {
      const double sum = std::accumulate(values.begin(), values.end(), 0.0,
                                         [](double s, std::int64_t v) { return s + static_cast<double>(v); });
      return static_cast<std::int64_t>(std::llround(std::min(sum / static_cast<double>(runs_.size()), 0x1p62)));
    }
    const auto half = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
    std::nth_element(values.begin(), half, values.end());
    return *half;
  }

  double variance(double sum) const { return sum / static_cast<double>(runs_.size() * runs_.size()); }

  Cost middle(const std::vector<const Cost*>& costs) const {
    Cost result;
    for (std::size_t i = 0; i < kCostCount; ++i) {
      std::vector<std::int64_t> values;
      double sum = 0;
      for (const Cost* cost : costs) {
        values.push_back(cost->values[i]);
        sum += cost->variance[i];
      }
      result.values[i] = middle(std::move(values));
      result.variance[i] = variance(sum);
    }
    return result;
  }

  template <class Row>
  std::vector<Row> rows(std::vector<Row> Costs::*list) const {
    using Key = decltype(key_of(std::declval<const Row&>()));
    std::map<Key, std::vector<const Row*>> same;
    for (const Costs& run : runs_) {
      for (const Row& row : run.*list) same[key_of(row)].push_back(&row);
    }
    std::vector<Row> result;
    for (const auto& [key, found] : same) {
      std::vector<const Cost*> costs;
      for (const Row* row : found) costs.push_back(&row->cost);
      result.push_back(*found.front());
      result.back().cost = middle(costs);
      if constexpr (std::is_same_v<Row, TableCost>) {  // findings of all runs count, so all must have been computed
        for (const Row* row : found) result.back().silence = std::max(result.back().silence, row->silence);
      }
      if constexpr (requires(Row row) { row.looked_at; }) {
        for (const Row* row : found) result.back().looked_at = result.back().looked_at && row->looked_at;
      }
    }
    return result;
  }

  std::vector<FindingCost> findings() const {
    std::map<decltype(key_of(std::declval<const FindingCost&>())), std::vector<const FindingCost*>> same;
    for (const Costs& run : runs_) {
      for (const FindingCost& row : run.findings) same[key_of(row)].push_back(&row);
    }
    std::vector<FindingCost> result;
    for (const auto& group : same) {
      const std::vector<const FindingCost*>& found = group.second;
      const auto middle_of = [&](std::int64_t FindingCost::*member) {
        std::vector<std::int64_t> values;
        values.reserve(found.size());
        for (const FindingCost* row : found) values.push_back(row->*member);
        return middle(std::move(values));
      };
      result.push_back(*found.front());
      FindingCost& row = result.back();
      row.avoidable = middle_of(&FindingCost::avoidable);
      row.worth_reporting = middle_of(&FindingCost::worth_reporting);
      row.avoidable_worth_reporting = middle_of(&FindingCost::avoidable_worth_reporting);
      row.variance =
          variance(std::accumulate(found.begin(), found.end(), 0.0,
                                   [](double sum, const FindingCost* finding) { return sum + finding->variance; }));
    }
    return result;
  }

  std::vector<Costs> runs_;
};

bool is_same_sample(const Costs& a, const Costs& b) {
  if (a.interval == 1 || a.total.values != b.total.values || a.sites.size() != b.sites.size()) return false;
  if (std::all_of(a.total.variance.begin(), a.total.variance.end(), [](double v) { return v == 0; })) return false;
  return std::equal(a.sites.begin(), a.sites.end(), b.sites.begin(), [](const SiteCost& one, const SiteCost& other) {
    return key_of(one) == key_of(other) && one.cost.values == other.cost.values;
  });
}

}  // namespace

Result<Costs> combine(std::vector<Costs> runs) {
  if (runs.empty()) return Error{"no runs"};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (const Status same = comparable(runs[0], runs[i]); !same.ok())
      return Error{fmt::format("runs 1 and {}: {}", i + 1, same.error())};
    for (std::size_t j = 0; j < i; ++j) {
      if (is_same_sample(runs[j], runs[i]))
        return Error{fmt::format(
            "runs {} and {} are the same sample, which adds nothing: set another BUCKETPROF_SEED for each run", j + 1,
            i + 1)};
    }
  }
  if (runs.size() == 1) return std::move(runs.front());
  return Combiner(std::move(runs)).run();
}

}  // namespace bucketprof::compare
