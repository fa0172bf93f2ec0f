// SPDX-License-Identifier: Apache-2.0
//
// Libraries with a copy of ours each, loaded so that their symbols are not united: one recorder serves them all, and
// one profile has the tables of all of them, exactly; a copy that cannot be served is named.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "profiler/base/version.h"
#include "tests/support/process.h"
#include "tests/support/profile_file.h"
#include "tests/support/sanitized.h"
#include "tests/support/temp_dir.h"
#include "tests/support/totals.h"

namespace bucketprof::e2e {
namespace {

using ::testing::HasSubstr;
using testing_support::Ended;
using Words = std::vector<std::string>;

const std::string kPlain = BUCKETPROF_BINARY_DIR "/programs/copies_plain.so";
const std::string kSymbolic = BUCKETPROF_BINARY_DIR "/programs/copies_symbolic.so";

/// The parameter: the program that loads the libraries, with a copy of its own or without one.
class Copies : public testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] static bool is_linked() { return GetParam() == "linked_host"; }
  [[nodiscard]] std::string output() const { return dir_ / "p.pb.gz"; }
  [[nodiscard]] Ended ran(const Words& words, bool records = true) const {
    Words all{BUCKETPROF_BINARY_DIR "/programs/copies_" + GetParam()};
    all.insert(all.end(), words.begin(), words.end());
    Words settings;
    if (records) settings = {"BUCKETPROF_OUTPUT=" + output(), "BUCKETPROF_AT=exit"};
    return testing_support::run({.words = all, .settings = settings});
  }
  [[nodiscard]] model::Profile recorded(const Words& words) const {
    const Ended ended = ran(words);
    EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
    EXPECT_EQ(ended.err, "");
    return testing_support::read_profile(output());
  }
  static void expect_nodes(const model::Profile& profile, const std::string& table, std::int64_t nodes,
                           std::int64_t in_use = 0) {
    const tests::Values values = tests::totals(profile, table, "nodes");
    EXPECT_EQ(values[model::kAllocObjects], nodes) << table;
    EXPECT_EQ(values[model::kInuseObjects], in_use) << table;
  }
  /// A copy of the library, which the loader takes for another one.
  [[nodiscard]] std::string another(const std::string& name) const {
    std::filesystem::copy_file(kPlain, dir_ / name);
    return dir_ / name;
  }

  testing_support::TempDir dir_;
};

TEST_P(Copies, HaveOneRecorder) {
  const model::Profile profile =
      recorded({"own", "own", "500", "open", kPlain, "fill", "one", "1000", "open", kSymbolic, "fill", "two", "3000",
                testing_support::kSanitized ? "open" : "deep", another("deep.so"), "fill", "three", "70"});
  expect_nodes(profile, "own", is_linked() ? 500 : 0);
  expect_nodes(profile, "one", 1000);
  expect_nodes(profile, "two", 3000);
  expect_nodes(profile, "three", 70);
  expect_nodes(profile, "kept", 3);
}

TEST_P(Copies, SeeEachOthersFrees) {
  const model::Profile profile = recorded({"open", kPlain, "open", kSymbolic, "pass", "passed", "1000"});
  expect_nodes(profile, "passed", 1000);
}

TEST_P(Copies, OfTwentyLibrariesAreLoaded) {
  Words words;
  for (int i = 0; i < 20; ++i) {
    words.insert(words.end(), {i % 2 == 0 ? "open" : "global", another("plugin" + std::to_string(i) + ".so")});
    words.insert(words.end(), {"fill", "table" + std::to_string(i), std::to_string(100 + i)});
  }
  const model::Profile profile = recorded(words);
  for (int i = 0; i < 20; ++i) expect_nodes(profile, "table" + std::to_string(i), 100 + i);
}

TEST_P(Copies, OfUnloadedLibrariesAreInTheProfile) {
  const model::Profile profile = recorded({"open", kPlain, "fill", "one", "100", "close", "open", kSymbolic, "fill",
                                           "two", "200", "close", "open", kPlain, "fill", "one", "50"});
  expect_nodes(profile, "one", 150);
  expect_nodes(profile, "two", 200);
}

TEST_P(Copies, MayBeUnloadedWhileTheirTablesLive) {
  const model::Profile profile =
      recorded({"open", kPlain, "fill", "one", "100", "open", kSymbolic, "keep", "kept_table", "200", "close", "open",
                another("third.so"), "fill", "three", "300"});
  expect_nodes(profile, "one", 100);
  expect_nodes(profile, "kept_table", 200, 200);
  expect_nodes(profile, "three", 300);
}

// Threads allocate through one copy while others come and go.
TEST_P(Copies, ComeAndGo) {
  const int rounds = std::getenv("BUCKETPROF_LONG") != nullptr ? 1000 : 50;
  const model::Profile profile = recorded({"open", kPlain, "soak", kSymbolic, std::to_string(rounds)});
  expect_nodes(profile, "soak", 10L * rounds);
  expect_nodes(profile, "beside", 2 * 200 * 100);
}

TEST_P(Copies, SampleAlike) {
  const Ended ended = testing_support::run(
      {.words = {BUCKETPROF_BINARY_DIR "/programs/copies_" + GetParam(), "open", kPlain, "fill", "one", "200000",
                 "open", kSymbolic, "fill", "two", "200000", "pass", "passed", "200000"},
       .settings = {"BUCKETPROF_OUTPUT=" + output(), "BUCKETPROF_AT=exit", "BUCKETPROF_INTERVAL=1024"}});
  EXPECT_EQ(ended.status, 0) << ended.err;
  const model::Profile profile = testing_support::read_profile(output());
  for (const char* table : {"one", "two", "passed"}) {
    const tests::Values values = tests::totals(profile, table, "nodes");
    EXPECT_NEAR(static_cast<double>(values[model::kAllocObjects]), 200'000, 20'000) << table;  // 8 standard deviations
    EXPECT_EQ(values[model::kInuseObjects], 0) << table << ": each free is seen, through whichever copy";
  }
}

TEST_P(Copies, HaveOneApi) {
  const std::string path = dir_ / "own.pb.gz";
  const Ended ended = ran({"open", kPlain, "open", kSymbolic, "running", "start", "running", "fill", "two", "300",
                           "close", "running", "samples", "fill", "one", "100", "write", path},
                          false);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.out, "0\n1\n1\n1\n1\n");
  const model::Profile profile = testing_support::read_profile(path);
  expect_nodes(profile, "one", 100);
  expect_nodes(profile, "two", 300);
}

TEST_P(Copies, AreUnloadedWhileNothingIsRecorded) {
  const Ended ended = ran({"open", kPlain, "soak", kSymbolic, "20", "fill", "one", "100"}, false);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path()));
}

TEST_P(Copies, OfAnotherVersionAreNamed) {
  const std::string other = another("other.so");
  std::string bytes;
  {
    std::ifstream in(other, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  const std::string version = std::string(kVersion) + '\0';
  const std::string changed = std::string(kVersion.size() - 1, '9') + "x" + '\0';
  int places = 0;
  for (auto at = bytes.find(version); at != std::string::npos; at = bytes.find(version, at + 1), ++places)
    bytes.replace(at, version.size(), changed);
  ASSERT_GT(places, 0);
  std::ofstream(other, std::ios::binary) << bytes;
  const Ended ended = ran({"open", kPlain, "fill", "one", "100", "open", other, "fill", "unseen", "50"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.err, HasSubstr("bucketprof: " + other + " has bucketprof " + changed.substr(0, changed.size() - 1) +
                                   ", and " + (is_linked() ? "the program" : kPlain) + ", which records, has " +
                                   std::string(kVersion) + ": the tables of " + other + " are not recorded"));
  const model::Profile profile = testing_support::read_profile(output());
  expect_nodes(profile, "one", 100);
  expect_nodes(profile, "unseen", 0);
}

TEST_P(Copies, InANamespaceOfTheirOwnAreNamed) {
  if (testing_support::kSanitized) GTEST_SKIP() << "sanitizers cannot be loaded twice";
  const Ended ended = ran({"open", kPlain, "fill", "one", "100", "apart", kSymbolic, "fill", "unseen", "50"});
  EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("bucketprof: " + kSymbolic + " was loaded into a namespace of its own, by dlmopen"));
  const model::Profile profile = testing_support::read_profile(output());
  expect_nodes(profile, "one", 100);
  expect_nodes(profile, "unseen", 0);
}

TEST_P(Copies, WriteWhenTheProgramEndsAtOnce) {
  if (!is_linked()) GTEST_SKIP() << "a program without a copy calls the C library's _exit";
  const model::Profile profile = recorded({"open", kPlain, "fill", "one", "100", "now"});
  expect_nodes(profile, "one", 100);
}

INSTANTIATE_TEST_SUITE_P(Programs, Copies, testing::Values("host", "linked_host"),
                         [](const auto& parameter) { return parameter.param; });

}  // namespace
}  // namespace bucketprof::e2e
