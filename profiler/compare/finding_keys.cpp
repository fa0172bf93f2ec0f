// SPDX-License-Identifier: Apache-2.0
#include "profiler/compare/finding_keys.h"

namespace bucketprof::compare {
namespace {

Name counted_at(const std::map<std::pair<Name, Name>, Name>& functions, Name table, Name function) {
  const auto found = functions.find({table, function});
  return found == functions.end() ? function : found->second;
}

}  // namespace

FindingKeys::FindingKeys(const Diff& diff) {
  for (const Change& table : diff.tables) {
    if (!table.renamed_from.empty()) tables_[table.renamed_from] = table.table;
  }
  for (const Change& site : diff.sites) {
    if (!site.renamed_from.empty()) renamed_[{site.table, site.renamed_from}] = site.function;
    for (const Name held : site.absorbs) held_[{site.table, held}] = site.function;
  }
}

FindingKeys::Key FindingKeys::later(const FindingCost& finding) const {
  return {finding.id, finding.table, counted_at(held_, finding.table, finding.function)};
}

FindingKeys::Key FindingKeys::former(const FindingCost& finding) const {
  const auto table = tables_.find(finding.table);
  const Name now = table == tables_.end() ? finding.table : table->second;
  return {finding.id, now, counted_at(held_, now, counted_at(renamed_, now, finding.function))};
}

}  // namespace bucketprof::compare
