// SPDX-License-Identifier: Apache-2.0
#include "profiler/compare/unknown_slack.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace bucketprof::compare {
Result<std::string> leave_out_unknown_slack(const Rule& rule, const Limit& limit, const std::vector<Change>& tables,
                                            std::vector<const CheckedRow*>& rows) {
  std::size_t unknown = 0;
  if (rule.scope == RuleScope::kTotal) {
    unknown = tables.size() - static_cast<std::size_t>(std::count_if(
                                  tables.begin(), tables.end(), [](const Change& table) { return table.tells_slack; }));
    if (unknown != 0 && unknown == tables.size()) rows.clear();
  } else {
    unknown =
        std::erase_if(rows, [](const CheckedRow* row) { return row->change != nullptr && !row->change->tells_slack; });
  }
  if (unknown == 0) return std::string();
  if (rows.empty())
    return Error{
        fmt::format("the slack of {}, which line {} of the policy limits, is not known, because the containers do not "
                    "tell how full they are: limit space instead",
                    rule.of.text, limit.line)};
  const std::string_view row = rule.scope == RuleScope::kSite ? "site" : "table";
  return fmt::format("line {}: slack was not checked for {} {}{}: the containers do not tell how full they are",
                     limit.line, unknown, row, unknown == 1 ? "" : "s");
}

}  // namespace bucketprof::compare
