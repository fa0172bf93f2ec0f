// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/silence_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "profiler/recognize/classify.h"

namespace bucketprof::report {
namespace {

using findings::Silence;

/// Blocks of no known table are shown as one, which is none.
bool is_table(const analyze::Table& table) { return table.name != recognize::kOtherTable; }

std::ptrdiff_t count_tables(const analyze::Analysis& analysis) {
  return std::count_if(analysis.tables.begin(), analysis.tables.end(), is_table);
}

/// Whether a program without a table can be told from one whose tables are not recognized.
bool would_know_tables(const analyze::Analysis& analysis) {
  return !analysis.facts.version.empty() && !analysis.facts.classified;
}

}  // namespace

std::vector<SilenceText> silence_texts(const analyze::Analysis& analysis) {
  const std::ptrdiff_t all = count_tables(analysis);
  if (all == 0 && would_know_tables(analysis)) return {};
  if (all == 0)
    return {
        {"no_table", 0, fmt::format("no hash table was recognized; {}", findings::remedy_of(Silence::kFoundByName))}};
  std::array<std::size_t, findings::kSilences> counts{};
  for (const analyze::Table& table : analysis.tables) {
    if (is_table(table)) ++counts[static_cast<std::size_t>(table.silence)];
  }
  // What is found without knowing how full tables were stands above: it does not contradict this.
  const std::string_view beyond = analysis.findings.empty() ? "" : "beyond these findings, ";
  std::vector<SilenceText> texts;
  for (std::size_t i = 1; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    const auto silence = static_cast<Silence>(i);
    const bool is_of_all = counts[i] == static_cast<std::size_t>(all);
    texts.push_back(
        {findings::name_of(silence), counts[i],
         fmt::format("{}{}{}; {}", beyond, is_of_all ? "" : fmt::format("for {} of {} tables: ", counts[i], all),
                     findings::reason_of(silence), findings::remedy_of(silence))});
  }
  return texts;
}

bool computes_findings(const analyze::Analysis& analysis) {
  if (count_tables(analysis) == 0) return would_know_tables(analysis);
  return std::any_of(analysis.tables.begin(), analysis.tables.end(), [](const analyze::Table& table) {
    return is_table(table) && (table.silence == Silence::kNone || table.silence == Silence::kNotCounted);
  });
}

}  // namespace bucketprof::report
