// SPDX-License-Identifier: Apache-2.0
//
// Replayed stacks are right. Programs that run random call trees (tests/programs/stack_family) audit every replayed
// stack with the independent unwinder, and record the same stacks as in a run that only walks and in a run that only
// uses the independent unwinder.
// BUCKETPROF_STEPS sets the number of audits for all six forms together (default: 156,000).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "tests/e2e/viewer.h"
#include "tests/support/process.h"

namespace bucketprof::e2e {
namespace {

constexpr std::array<const char*, 6> kForms{"o0", "o1", "o2", "o3", "frame_pointer", "lto"};

std::uint64_t wanted_audits() {
  const char* text = std::getenv("BUCKETPROF_STEPS");
  return (text != nullptr ? std::stoull(text) : 156'000) / kForms.size() + 1;
}

struct Result {
  std::map<std::string, std::uint64_t> counts;
  std::string stacks;
};

/// Runs one of the programs once.
Result run(const std::string& form, std::uint64_t seed, std::uint64_t rounds, const std::string& mode) {
  const testing_support::Ended ended =
      testing_support::run({.words = {BUCKETPROF_BINARY_DIR "/programs/stack_family_" + form, std::to_string(seed),
                                      std::to_string(rounds), mode}});
  EXPECT_EQ(ended.status, 0) << mode << ": signal " << ended.signal << "\n" << ended.err;
  const std::size_t first = std::min(ended.out.find('\n'), ended.out.size());
  Result result{.counts = {}, .stacks = ended.out.substr(first)};
  std::istringstream words(ended.out.substr(0, first));
  std::string name;
  for (std::uint64_t count = 0; words >> name >> count;) result.counts[name] = count;
  return result;
}

/// Shows only the first line that differs, because the texts are long.
void expect_same(const Result& one, const Result& other, const std::string& mode) {
  if (one.stacks == other.stacks) return;
  const std::vector<std::string> ours = lines_of(one.stacks);
  const std::vector<std::string> theirs = lines_of(other.stacks);
  const auto [a, b] = std::mismatch(ours.begin(), ours.end(), theirs.begin(), theirs.end());
  ADD_FAILURE() << "with replay: " << (a == ours.end() ? "no more stacks" : *a) << "\n"
                << mode << ": " << (b == theirs.end() ? "no more stacks" : *b);
}

class StackFamily : public testing::TestWithParam<std::size_t> {};

TEST_P(StackFamily, IsReplayedAsItIsUnwound) {
  const std::string form = kForms[GetParam()];
  if (!std::filesystem::exists(BUCKETPROF_BINARY_DIR "/programs/stack_family_" + form)) {
    GTEST_SKIP() << "built in the long form (target stack_family_all)";
  }
  const std::uint64_t wanted = wanted_audits();
  const std::uint64_t rounds = wanted > 100'000 ? 3000 : 300;
  std::map<std::string, std::uint64_t> counts;
  for (std::uint64_t i = 0; counts["audits"] < wanted; ++i) {
    const std::uint64_t seed = 1000 * (GetParam() + 1) + i;
    SCOPED_TRACE(form + " " + std::to_string(seed) + " " + std::to_string(rounds));
    const Result audited = run(form, seed, rounds, "audited");
    const Result walked = run(form, seed, rounds, "walked");
    const Result backtraced = run(form, seed, rounds, "backtraced");
    if (testing::Test::HasFailure()) return;
    expect_same(audited, walked, "walked");
    expect_same(audited, backtraced, "backtraced");

    for (const Result* result : {&audited, &walked, &backtraced}) EXPECT_EQ(result->counts.at("losses"), 0U);
    EXPECT_EQ(audited.counts.at("mismatches"), 0U);
    EXPECT_EQ(audited.counts.at("audits"), audited.counts.at("replays"));
    ASSERT_GT(audited.counts.at("audits"), 0U);
    EXPECT_EQ(walked.counts.at("replays"), 0U);
    EXPECT_GT(walked.counts.at("walks"), 0U);
    EXPECT_EQ(backtraced.counts.at("replays") + backtraced.counts.at("walks"), 0U);
    for (const auto& [name, count] : audited.counts) counts[name] += count;
  }
  // Unless most stacks were replayed and plugins were unloaded, the comparison proves little.
  EXPECT_GT(counts["replays"], counts["walks"] + counts["backtraces"]);
  EXPECT_GT(counts["unloads"], 0U);
  for (const char* name : {"replays", "walks", "backtraces", "audits", "unloads"}) {
    RecordProperty(name, std::to_string(counts[name]));
  }
}

INSTANTIATE_TEST_SUITE_P(Every, StackFamily, testing::Range(std::size_t{0}, kForms.size()),
                         [](const auto& form) { return std::string(kForms[form.param]); });

}  // namespace
}  // namespace bucketprof::e2e
