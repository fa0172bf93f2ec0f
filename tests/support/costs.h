// SPDX-License-Identifier: Apache-2.0
//
// Hand-made costs for tests of comparisons: sites, and the tables and the total that they add up to.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "profiler/compare/costs.h"

namespace bucketprof::testing_support {

/// A site: `bytes` bytes in `objects` blocks, all in use, a tenth of the bytes slack.
struct Made {
  std::string table;
  std::string function;
  std::int64_t objects = 1;
  std::int64_t bytes = 0;
  std::vector<std::string> callers{"main"};
  std::int64_t rehashes = 0;
};

inline compare::Costs costs_of(const std::vector<Made>& sites, std::int64_t interval = 1) {
  compare::Costs costs;
  costs.program = "server";
  costs.interval = interval;
  costs.moment = "now";
  std::map<std::string, compare::TableCost> tables;
  for (const Made& made : sites) {
    compare::SiteCost site{made.table, "std_node", made.function, {}, {}, {}};
    for (std::size_t i = 0; i < std::min(made.callers.size(), compare::kCallers); ++i)
      site.callers[i] = made.callers[i];
    site.cost.values = {made.objects,    made.bytes,      made.objects, made.bytes,
                        made.bytes / 10, made.bytes / 10, made.rehashes};
    if (interval > 1) {  // the variance of blocks much smaller than the interval
      for (const std::size_t i : {0U, 2U, 6U})
        site.cost.variance[i] = static_cast<double>(site.cost.values[i]) * static_cast<double>(interval) /
                                (static_cast<double>(made.bytes) / static_cast<double>(made.objects));
      for (const std::size_t i : {1U, 3U, 4U, 5U})
        site.cost.variance[i] = static_cast<double>(site.cost.values[i]) * static_cast<double>(interval);
    }
    site.location = {made.function + "()", "/src/" + made.table + ".cpp", 12};
    compare::TableCost& table = tables[made.table];
    table.table = made.table;
    table.kind = "std_node";
    add(table.cost, site.cost);
    add(costs.total, site.cost);
    costs.sites.push_back(std::move(site));
  }
  for (auto& [name, table] : tables) costs.tables.push_back(std::move(table));
  std::sort(costs.sites.begin(), costs.sites.end(), [](const auto& a, const auto& b) { return key_of(a) < key_of(b); });
  return costs;
}

}  // namespace bucketprof::testing_support
