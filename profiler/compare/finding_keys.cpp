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

FindingKeys::Key FindingKeys::later(const FindingCost& one) const {
  return {one.id, one.table, counted_at(held_, one.table, one.function)};
}

FindingKeys::Key FindingKeys::former(const FindingCost& one) const {
  const auto table = tables_.find(one.table);
  const Name now = table == tables_.end() ? one.table : table->second;
  return {one.id, now, counted_at(held_, now, counted_at(renamed_, now, one.function))};
}

}  // namespace bucketprof::compare
