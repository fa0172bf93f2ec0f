// SPDX-License-Identifier: Apache-2.0
//
// Runs the cases (tests/cases) and follows advices in them. Not for use from several threads.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "profiler/analyze/analysis.h"
#include "tests/cases/facts.h"
#include "tests/e2e/recorded.h"

namespace bucketprof::e2e {

/// A case with one family of tables.
struct CaseOf {
  std::string name;
  std::string family;
  friend auto operator<=>(const CaseOf&, const CaseOf&) = default;
};
[[nodiscard]] std::vector<CaseOf> all_cases();

/// The lines of the case's source that are marked as the cause.
[[nodiscard]] std::set<std::int64_t> cause_lines(const std::string& name);
/// Whether the case has nothing to find.
[[nodiscard]] bool is_right(const std::string& name);
/// Whether a reserve() mends the case, or is a part of it. If not, the first advice must be another one.
[[nodiscard]] bool is_helped_by_reserve(const std::string& name);

struct CaseRun {
  analyze::Analysis analysis;
  cases::Facts facts;
};
/// The profile of those cases that are about tables kept for nothing is that of the end, others' that of the peak.
[[nodiscard]] CaseRun run_case(const CaseOf& which, const cases::Run& run, Recording recording = {});

/// Whether the finding is at a line of the case that is marked as the cause.
[[nodiscard]] bool is_at_cause(const findings::Finding& finding, const std::string& name);

/// The run with the advice followed: the argument of the reserve() at the finding's line, or of the one before it that
/// the case has for this. nullopt if the advice is not a reserve(), its line is elsewhere, or the run has followed it
/// already.
[[nodiscard]] std::optional<cases::Run> followed(const findings::Finding& finding, const CaseOf& which, cases::Run run);

/// Numbers of a finding's sentence and advice that contradict what the case counted, with the words around them.
/// Numbers that it does not count are left out: growths, moved entries, shares and bytes.
[[nodiscard]] std::vector<std::string> contradictions(const findings::Finding& finding, const cases::Facts& facts);

}  // namespace bucketprof::e2e
