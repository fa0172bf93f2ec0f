// SPDX-License-Identifier: Apache-2.0
//
// Whatever a program does with its tables: following an advice never makes them allocate more, and saves what the
// finding says. Random scripts (tests/programs/scripted); of each way to fail the first ones are printed, made small,
// in a form that can be run again: `scripted 'SCRIPT'`.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "profiler/report/format/finding_text.h"
#include "tests/e2e/planted.h"
#include "tests/e2e/recorded_script.h"

namespace bucketprof::e2e {
namespace {

using analyze::Analysis;
using findings::Finding;
using scripted::Script;

enum class Outcome : std::uint8_t { kRight, kAllocatesMore, kSavesLess, kSavesMore };
constexpr std::array<const char*, 4> kOutcomes{"right", "allocates more", "saves less", "saves more"};

/// What following an advice did.
struct Followed {
  Outcome outcome = Outcome::kRight;
  std::int64_t said = 0;
  std::int64_t saved = 0;
  bool is_untold = false;  // it is about a table that had a call of which a profile cannot tell
};

/// Bytes of the tables of the finding. What others allocate may differ from run to run: absl's hash does.
std::int64_t bytes_of(const Finding& finding, const Analysis& analysis) {
  std::int64_t bytes = 0;
  for (const analyze::Table& table : analysis.tables) {
    const bool is_of = std::find(finding.tables.begin(), finding.tables.end(), table.name) != finding.tables.end();
    if (is_of) bytes += table.amounts.values[finding.of_inuse ? model::kInuseSpace : model::kAllocSpace];
  }
  return bytes;
}

/// nullopt if the advice is not one that a script can follow.
std::optional<Followed> follow(const Finding& finding, const Script& script, const ScriptRun& exact) {
  const Script better = followed(finding, script);
  if (better == script) return std::nullopt;
  const std::int64_t saved = bytes_of(finding, exact.analysis) - bytes_of(finding, analysis_of(better));
  const double allowed = std::max(0.1 * static_cast<double>(finding.avoidable), static_cast<double>(finding.error));
  const auto more = static_cast<double>(saved - finding.avoidable);
  Followed result{.said = finding.avoidable, .saved = saved};
  if (saved < -finding.error) {
    result.outcome = Outcome::kAllocatesMore;
  } else if (std::abs(more) > allowed) {
    result.outcome = more > 0 ? Outcome::kSavesMore : Outcome::kSavesLess;
  }
  for (const std::string& table : finding.tables) result.is_untold |= exact.idle.contains(table);
  return result;
}

/// What the first finding of the kind says and does, if it has this outcome; "" if there is none.
std::string failure_of(const Script& script, findings::FindingId id, Outcome outcome) {
  const ScriptRun before = run_of(script);
  for (const Finding& finding : before.analysis.findings) {
    if (finding.id != id) continue;
    const std::optional<Followed> result = follow(finding, script, before);
    if (!result || result->outcome != outcome || result->is_untold) continue;
    return std::string(name_of(id)) + " (" + finding.kind + ") " + kOutcomes[static_cast<std::size_t>(outcome)] + ": " +
           report::sentence_of(finding) + "; " + report::advice_of(finding.advice()) + ": said " +
           std::to_string(result->said) + ", saved " + std::to_string(result->saved) + "\n    scripted '" +
           scripted::text_of(script) + "'";
  }
  return "";
}

/// The smallest script found that fails in the same way.
Script made_small(Script script, findings::FindingId id, Outcome outcome) {
  for (int tries = 0; tries < 400;) {
    bool is_smaller = false;
    for (const Script& candidate : scripted::smaller(script)) {
      if (++tries > 400) break;
      if (failure_of(candidate, id, outcome).empty()) continue;
      script = candidate;
      is_smaller = true;
      break;
    }
    if (!is_smaller) break;
  }
  return script;
}

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}
std::uint64_t scripts() {
  return number_of("BUCKETPROF_SCRIPTS", std::getenv("BUCKETPROF_LONG") != nullptr ? 10'000 : 300);
}

using OutcomeCounts = std::array<std::uint64_t, kOutcomes.size()>;  // of advices, by Outcome

// Percent of the advices. A call that allocates nothing leaves no trace: no profile can tell what it would do after an
// advice was followed. Sampled profiles are right within an error of 95 %.
constexpr std::uint64_t kMostUntold = 3;
constexpr std::uint64_t kMostWrongIfSampled = 5;

struct Failure {
  std::uint64_t seed = 0;
  findings::FindingId id{};
  Outcome outcome{};
};

void show(const std::vector<Failure>& failures, std::uint64_t most) {
  std::array<OutcomeCounts, findings::kFindingIds> shown{};
  for (const Failure& failure : failures) {
    const auto outcome = static_cast<std::size_t>(failure.outcome);
    if (++shown.at(static_cast<std::size_t>(failure.id)).at(outcome) > most) continue;
    const Script script = made_small(scripted::random_script(failure.seed), failure.id, failure.outcome);
    std::printf("seed %lu: %s\n", failure.seed, failure_of(script, failure.id, failure.outcome).c_str());
  }
}

TEST(AdviceProperty, WhatIsSaidIsSaved) {
  const std::uint64_t first = number_of("BUCKETPROF_FIRST_SCRIPT", 1);
  std::array<OutcomeCounts, findings::kFindingIds> counts{};
  std::vector<Failure> failures;
  std::uint64_t advices = 0;
  std::uint64_t untold = 0;
  for (std::uint64_t seed = first; seed < first + scripts(); ++seed) {
    const Script script = scripted::random_script(seed);
    const ScriptRun before = run_of(script);
    for (const Finding& finding : before.analysis.findings) {
      const std::optional<Followed> result = follow(finding, script, before);
      if (!result) continue;
      ++advices;
      const bool is_right = result->outcome == Outcome::kRight;
      if (!is_right && result->is_untold) {
        ++untold;
        continue;
      }
      ++counts.at(static_cast<std::size_t>(finding.id)).at(static_cast<std::size_t>(result->outcome));
      if (!is_right) failures.push_back({seed, finding.id, result->outcome});
    }
  }
  for (std::size_t id = 0; id < counts.size(); ++id) {
    if (counts[id] == OutcomeCounts{}) continue;
    std::printf("%s:", std::string(name_of(static_cast<findings::FindingId>(id))).c_str());
    for (std::size_t i = 0; i < kOutcomes.size(); ++i) std::printf("  %s %lu", kOutcomes[i], counts[id][i]);
    std::printf("\n");
  }
  std::printf("%lu of %lu advices are wrong for tables that had a call of which a profile cannot tell\n", untold,
              advices);
  EXPECT_TRUE(failures.empty()) << failures.size() << " advices are wrong";
  EXPECT_GT(advices, scripts() / 2);
  EXPECT_LE(untold * 100, advices * kMostUntold);
  show(failures, number_of("BUCKETPROF_SHOWN", 2));
}

/// For tests that run each script several times.
std::uint64_t half_of_scripts() { return scripts() / 2; }

/// Follows the first advice that can be followed, and again, until there is none. Returns the script then; nullopt if
/// it is not stable after so many rounds.
std::optional<Script> followed_to_the_end(Script script, int rounds = 12) {
  for (; rounds > 0; --rounds) {
    const Analysis analysis = analysis_of(script);
    Script better = script;
    for (const Finding& finding : analysis.findings) {
      better = followed(finding, script);
      if (better != script) break;
    }
    if (better == script) return script;
    script = std::move(better);
  }
  return std::nullopt;
}

TEST(AdviceProperty, AtTheEndThereIsNothingLeftToAdvise) {
  for (std::uint64_t seed = 1; seed <= half_of_scripts(); ++seed) {
    const Script script = scripted::random_script(seed);
    EXPECT_TRUE(followed_to_the_end(script))
        << "seed " << seed << ": advised again and again:\n  scripted '" << scripted::text_of(script) << "'";
  }
}

TEST(AdviceProperty, SampledOnesAreRightWithinTheirError) {
  constexpr std::array<std::uint64_t, 3> kIntervals{512, 4096, 32768};
  std::uint64_t advices = 0;
  std::uint64_t wrong = 0;
  for (std::uint64_t seed = 1; seed <= half_of_scripts(); ++seed) {
    const Script script = scripted::random_script(seed);
    const ScriptRun exact = run_of(script);
    const Analysis sampled = analysis_of(script, {.interval = kIntervals[seed % kIntervals.size()], .seed = seed});
    for (const Finding& finding : sampled.findings) {
      const std::optional<Followed> result = follow(finding, script, exact);
      if (!result) continue;
      ++advices;
      const bool is_right = std::abs(result->saved - result->said) <= finding.error;
      if (is_right || result->is_untold) continue;
      ++wrong;
      if (std::getenv("BUCKETPROF_SHOWN") == nullptr) continue;
      std::printf("seed %lu, interval %lu: %s: %s; %s: said %ld +- %ld, saved %ld\n  scripted '%s'\n", seed,
                  kIntervals[seed % kIntervals.size()], finding.key.c_str(), report::sentence_of(finding).c_str(),
                  report::advice_of(finding.advice()).c_str(), result->said, finding.error, result->saved,
                  scripted::text_of(script).c_str());
    }
  }
  std::printf("%lu of %lu advices of sampled profiles are wrong by more than their error\n", wrong, advices);
  ASSERT_GT(advices, half_of_scripts() / 4);
  EXPECT_LE(wrong * 100, advices * kMostWrongIfSampled);
}

}  // namespace
}  // namespace bucketprof::e2e
