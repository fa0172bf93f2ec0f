// SPDX-License-Identifier: Apache-2.0
#include "profiler/compare/unknown_findings.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

namespace bucketprof::compare {
namespace {

using findings::Silence;
using Tables = std::set<std::pair<Name, Name>>;  // by name and kind

/// The tables that the rule's findings may be about. A finding is at a site of its table.
Tables tables_of(const Selector& of, const Costs& costs) {
  Tables tables;
  for (const SiteCost& site : costs.sites) {
    if (of.table.matches(site.table) && of.function.matches(site.function)) tables.insert({site.table, site.kind});
  }
  return tables;
}

}  // namespace

Result<std::string> unknown_findings(const Rule& rule, const Limit& limit, const Costs& costs, std::string_view where) {
  if (costs.tables.empty() && !costs.tells_slack)
    return Error{
        fmt::format("the findings{}, which line {} of the policy limits, are not known, because no hash table "
                    "was recognized: {}",
                    where, limit.line, findings::remedy_of(Silence::kFoundByName))};
  const Tables tables = tables_of(rule.of, costs);
  std::map<Silence, std::size_t> silent;
  std::size_t count = 0;
  for (const TableCost& table : costs.tables) {
    if (!tables.contains({table.table, table.kind}) || findings::can_find(table.silence, rule.of.finding)) continue;
    ++silent[table.silence];
    ++count;
  }
  if (count == 0) return std::string();
  // Some findings about these tables are computed, but not all that the limit is on.
  const bool in_part = rule.of.finding.empty() && silent.contains(Silence::kNotCounted);
  if (count == tables.size() && !in_part) {
    const Silence silence = silent.begin()->first;
    return Error{fmt::format("the findings{}, which line {} of the policy limits, are not known, because {}: {}", where,
                             limit.line, findings::reason_of(silence), findings::remedy_of(silence))};
  }
  std::string note = fmt::format("line {}: findings{} were not", limit.line, where);
  const char* separator = "";
  for (const auto& [silence, number] : silent) {
    note += fmt::format("{} looked for in {} table{}: {}", separator, number, number == 1 ? "" : "s",
                        findings::reason_of(silence));
    separator = "; nor";
  }
  return note;
}

}  // namespace bucketprof::compare
