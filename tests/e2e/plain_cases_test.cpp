// SPDX-License-Identifier: Apache-2.0
//
// The cases (tests/cases) with plain tables under the agent, which knows less of them: what it claims is at the cause,
// and of the healthy twins it claims nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "profiler/analyze/names.h"
#include "profiler/recognize/classify.h"
#include "profiler/report/format/finding_text.h"
#include "profiler/symbolize/prune.h"
#include "profiler/symbolize/symbolize.h"
#include "tests/e2e/case_runs.h"
#include "tests/e2e/planted.h"
#include "tests/support/agent.h"
#include "tests/support/process.h"
#include "tests/support/profile_file.h"

namespace bucketprof::e2e {
namespace {

/// `how`: arguments after the family.
analyze::Analysis analysis_of_plain(const std::string& name, const std::string& family,
                                    const std::vector<std::string>& how) {
  const testing_support::TempDir dir;
  const std::string file = dir.path() / "profile.pb.gz";
  std::vector<std::string> settings = testing_support::under_agent(file);
  settings.emplace_back("BUCKETPROF_INTERVAL=1");
  std::vector<std::string> words{BUCKETPROF_BINARY_DIR "/programs/cases_plain", name, family};
  words.insert(words.end(), how.begin(), how.end());
  const testing_support::Ended ended = testing_support::run({.words = words, .settings = settings});
  EXPECT_EQ(ended.status, 0) << name << ": " << ended.err;
  model::Profile profile = testing_support::read_profile(file);
  symbolize::symbolize(profile);
  profile = symbolize::prune(std::move(profile));
  const analyze::NamelessShare names = analyze::nameless_share(profile);
  analyze::Analysis analysis = analyze::analyze(recognize::classify(std::move(profile)), {}, names);
  EXPECT_GT(allocated(analysis), 0) << name;
  return analysis;
}

std::vector<findings::Finding> findings_of_plain(const std::string& name, const char* how) {
  return analysis_of_plain(name, "std", {how}).findings;
}

/// Faults that a reserve() mends or is, and of which nothing is found, with the reason.
const std::map<std::string, std::string> kNotFound{
    {"double_reserve", "two lines reserve: those may be different tables"},
    {"erased_while_iterating", "no fault of tables in whose arrays erased entries leave nothing"},
    {"churn_at_full_load", "likewise"},
    {"grown_chains", "of growth with a load factor of 8 it is not known how many entries an array takes"},
    {"idle_sessions", "what is left in an array is not known"},
    {"one_line_two_uses", "the same blocks as of 350 entries a table, with a load factor of 0.1"},
    {"saved_bucket_count", "the same blocks as of 9,000 entries, with a load factor of 0.1"},
    {"thread_tables", "the same blocks as of 7,000 entries a table, with a load factor of 0.125"},
};

/// Of libstdc++, and of boost's closed addressing, whose reserve() takes up to twice what it needs: some cases waste
/// less than a finding needs, and all sizes follow from each other, so that growth beside a reserve() is not told
/// apart.
const std::set<std::string> kOfBoost{"append_batches",   "fresh_each_round", "grown_once",       "large_values",
                                     "lookup_inserts",   "merged_shards",    "moved_results",    "rebuilt_each_call",
                                     "rebuilt_reserved", "reserved_bytes",   "reserved_members", "step_reserve",
                                     "string_keys",      "unbounded_cache",  "untrusted_size"};

/// Of tables whose arrays are looked at: those of which nothing is found, and why.
const std::map<std::string, std::map<std::string, std::string>> kNotFoundInArrays{
    {"absl_flat",
     {{"append_batches", "each array is reserved: it is not known that one replaced another"},
      {"step_reserve", "likewise"},
      {"idle_sessions", "entries were erased: how many there were is not known"},
      {"scratch_table", "it is not known that a small array came after a large one"}}},
    {"boost_flat",
     {{"append_batches", "each array is reserved: it is not known that one replaced another"},
      {"step_reserve", "likewise"},
      {"idle_sessions", "it is not known what was in the array before"},
      {"churn_at_full_load", "erased entries leave nothing there"},
      {"erased_while_iterating", "likewise"}}},
};

/// The bundled map is not plain, and the others are not linked with all libraries.
bool is_plain(const CaseOf& which) {
  static const std::set<std::string> kPlain{"std", "boost_closed", "absl_flat", "boost_flat"};
  return kPlain.contains(which.family);
}

bool is_of_reserve(const std::string& name) {
  static const std::set<std::string> kOther{"copies_in_lambda", "copies_in_loop", "copies_returned", "equal_hashes",
                                            "equal_low_bits",   "flags",          "nested_tables"};
  return !is_right(name) && !kOther.contains(name);
}

/// Of small arrays in memory that was used before it is not known whether they ever had an entry.
const std::set<std::string> kOfMemory{"double_reserve", "one_line_two_uses", "reserved_members"};

/// What is wrong with the first finding or its advice; "" if nothing is.
std::string wrong_with(const CaseOf& which) {
  const analyze::Analysis now = analysis_of_plain(which.name, which.family, {"fault"});
  if (now.findings.empty() && kNotFoundInArrays.contains(which.family) && kOfMemory.contains(which.name)) return "";
  if (now.findings.empty()) return "nothing is found";
  const findings::Finding& first = now.findings.front();
  const std::string text = report::sentence_of(first) + " at " + line_of(first);
  if (!is_at_cause(first, which.name)) return text;
  const std::optional<cases::Run> better = followed(first, which, {});
  if (!better) return "no advice that can be followed: " + text;
  std::vector<std::string> how{"fault"};
  for (const auto& [line, reserve] : better->reserve)
    how.push_back(std::to_string(line) + "=" + std::to_string(reserve));
  const std::int64_t saved = allocated(now) - allocated(analysis_of_plain(which.name, which.family, how));
  const auto said = static_cast<double>(first.avoidable);
  const bool is_least = static_cast<double>(saved) >= said;
  const bool is_near = std::abs(static_cast<double>(saved) - said) <= 0.1 * said;
  // What is reserved when a table has its entries is for nothing, and the growth that it is compared with has been,
  // too.
  const bool is_more = first.basis == findings::Basis::kBounded || which.name == "reserved_late";
  if (is_more ? is_least : is_near) return "";
  return text + ": said " + std::to_string(first.avoidable) + ", saved " + std::to_string(saved);
}

TEST(PlainCases, WhatIsClaimedIsTheCause) {
  for (const CaseOf& which : all_cases()) {
    if (!is_plain(which)) continue;
    const std::vector<findings::Finding> found = analysis_of_plain(which.name, which.family, {"fault"}).findings;
    if (found.empty() || (is_right(which.name) && found.front().is_note)) continue;
    EXPECT_TRUE(is_at_cause(found.front(), which.name) && !is_right(which.name))
        << which.name << " " << which.family << ": " << report::sentence_of(found.front()) << " at "
        << line_of(found.front());
  }
}

// What is bounded is the least that is saved.
TEST(PlainCases, FaultsOfReserveAreFoundAndTheirAdviceSavesWhatItSays) {
  for (const CaseOf& which : all_cases()) {
    if (which.family == "std" && (!is_of_reserve(which.name) || kNotFound.contains(which.name))) continue;
    if (which.family == "boost_closed" && !kOfBoost.contains(which.name)) continue;
    if (!is_plain(which)) continue;
    const auto arrays = kNotFoundInArrays.find(which.family);
    if (arrays != kNotFoundInArrays.end() && (!is_of_reserve(which.name) || arrays->second.contains(which.name)))
      continue;
    EXPECT_EQ(wrong_with(which), "") << which.name << " " << which.family;
  }
}

TEST(PlainCases, OfOthersItIsKnownWhyNot) {
  for (const auto& [name, why] : kNotFound) {
    EXPECT_THAT(findings_of_plain(name, "fault"), testing::IsEmpty()) << name << ": not any more " << why;
  }
  for (const auto& [family, cases] : kNotFoundInArrays) {
    for (const auto& [name, why] : cases) {
      EXPECT_THAT(analysis_of_plain(name, family, {"fault"}).findings, testing::IsEmpty())
          << name << " " << family << ": not any more " << why;
    }
  }
}

TEST(PlainCases, HealthyTwinsAreSilent) {
  for (const CaseOf& which : all_cases()) {
    if (!is_plain(which)) continue;
    for (const findings::Finding& finding : analysis_of_plain(which.name, which.family, {"healthy"}).findings) {
      if (is_right(which.name) && finding.is_note) continue;
      ADD_FAILURE() << which.name << " " << which.family << ": " << report::sentence_of(finding);
    }
  }
}

}  // namespace
}  // namespace bucketprof::e2e
