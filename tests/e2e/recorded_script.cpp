// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/recorded_script.h"

#include <gtest/gtest.h>

#include <charconv>
#include <optional>
#include <string>
#include <utility>

namespace bucketprof::e2e {
namespace {

using scripted::Script;
using scripted::Step;
using scripted::Verb;

/// The line and the verb of a step, from the name of its function.
struct Place {
  Verb verb = Verb::kEnd;
  unsigned line = 0;
};
std::optional<Place> place_of(const recognize::Frame& frame) {
  constexpr std::string_view kAt = "scripted::Line";
  const std::size_t at = frame.function.find(kAt);
  if (at == std::string::npos) return std::nullopt;
  Place place;
  const char* const number = frame.function.data() + at + kAt.size();
  if (std::from_chars(number, frame.function.data() + frame.function.size(), place.line).ec != std::errc{}) {
    return std::nullopt;
  }
  for (const auto& [name, verb] : {std::pair("::reserve", Verb::kReserve), std::pair("::insert", Verb::kInsert),
                                   std::pair("::churn", Verb::kChurn), std::pair("::copy", Verb::kCopy)}) {
    if (frame.function.rfind(name) != std::string::npos) place.verb = verb;
  }
  return place;
}

/// The first step that inserts into the table of step `at`, since it was made, moved from or made a copy.
std::size_t first_insert(const Script& script, std::size_t at) {
  const unsigned table = script[at].table;
  std::size_t first = at;
  for (std::size_t i = at; i-- > 0;) {
    const Step& step = script[i];
    const bool replaced = (step.verb == Verb::kCopy || step.verb == Verb::kMove) && step.n == table;
    if (replaced || (step.table == table && (step.verb == Verb::kMake || step.verb == Verb::kMove))) break;
    if (step.table == table && (step.verb == Verb::kInsert || step.verb == Verb::kChurn)) first = i;
  }
  return first;
}

}  // namespace

ScriptRun run_of(const Script& script, const Recording& recording) {
  SCOPED_TRACE(scripted::text_of(script));
  // Scripts are small, so that there can be many. Other limits are those of a report.
  const auto work = [&] {
    std::string idle;
    for (const std::string& table : scripted::run(script)) idle += table + "\n";
    return idle;
  };
  Recorded run = recorded(work, recording, {.min_bytes = 4096});
  ScriptRun told{.analysis = std::move(run.analysis), .idle = {}};
  for (std::size_t at = 0; at < run.text.size();) {
    const std::size_t end = run.text.find('\n', at);
    told.idle.insert(run.text.substr(at, end - at));
    at = end + 1;
  }
  return told;
}
analyze::Analysis analysis_of(const Script& script, const Recording& recording) {
  return run_of(script, recording).analysis;
}

Script followed(const findings::Finding& finding, const Script& script) {
  using findings::FindingId;
  const bool is_reserve =
      finding.reserve.has_value() || finding.id == FindingId::kOverPreallocated || finding.id == FindingId::kNeverUsed;
  const std::optional<Place> place = place_of(finding.reserved_at.value_or(finding.site));
  if (!is_reserve || !place) return script;
  const std::uint64_t advised = finding.reserve.value_or(0);
  Script changed = script;
  if (place->verb == Verb::kReserve) {
    for (Step& step : changed) {
      if (step.verb == Verb::kReserve && step.line == place->line) step.n = advised, step.more = 0;
    }
    return changed;
  }
  for (std::size_t i = 0; i < changed.size(); ++i) {
    if (changed[i].verb != place->verb || changed[i].line != place->line) continue;
    // A sampled profile tells where tables grew, not where each began.
    const std::size_t first = finding.confidence == findings::Confidence::kExact ? i : first_insert(changed, i);
    changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(first),
                   {.verb = Verb::kReserve, .table = changed[i].table, .n = advised, .line = place->line});
    break;  // a script has one step of a verb and line
  }
  return changed;
}

}  // namespace bucketprof::e2e
