// SPDX-License-Identifier: Apache-2.0
//
// A plain std::unordered_map under `run`: its capacities step by step, and what the profile still has if the debug
// information that names its functions is in another file, is damaged, or makes the process that reads it crash.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "profiler/model/schema.h"
#include "tests/e2e/viewer.h"
#include "tests/support/process.h"
#include "tests/support/profile_file.h"
#include "tests/support/temp_dir.h"
#include "tests/support/totals.h"

namespace bucketprof::e2e {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing_support::Ended;

const std::string kGrowthPrograms = BUCKETPROF_BINARY_DIR "/programs/";
constexpr int kGrowthEntries = 20'000;
constexpr int kGrowthStatus = 3;  // the program's exit status

class PlainGrowth : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kGrowthPrograms + "growth")) GTEST_SKIP() << "sanitizers and the agent both replace malloc";
  }

  Ended run(const std::vector<std::string>& command, const std::vector<std::string>& settings = {}) {
    std::vector<std::string> words{BUCKETPROF_BINARY_DIR "/bucketprof", "run", "-o", dir_ / "p.pb.gz", "--"};
    words.insert(words.end(), command.begin(), command.end());
    return testing_support::run({.words = words, .settings = settings});
  }

  /// How many bucket arrays were allocated, by the number of slots in the samples' labels.
  [[nodiscard]] std::map<std::int64_t, std::int64_t> arrays() const {
    const model::Profile profile = testing_support::read_profile(dir_ / "p.pb.gz");
    std::map<std::int64_t, std::int64_t> found;
    for (std::size_t i = 0; i < profile.samples.size(); ++i) {
      if (tests::label_text(profile, i, model::kLabelKind) != "std_node") continue;
      if (tests::label_text(profile, i, model::kLabelPart) != "buckets") continue;
      const std::int64_t slots = tests::label_number(profile, i, model::kLabelSlots);
      EXPECT_EQ(slots * 8, tests::label_number(profile, i, model::kLabelBytes));
      found[slots] += profile.values(i)[model::kAllocObjects];
    }
    return found;
  }

  [[nodiscard]] std::int64_t nodes() const {
    return tests::totals(testing_support::read_profile(dir_ / "p.pb.gz"), "int -> int", "nodes")[model::kAllocObjects];
  }

  /// Expects the program's own output and status and, on stderr, one note that contains all parts of `note`. If `note`
  /// is empty there must be none.
  static void expect_recorded(const Ended& ended, const std::vector<std::string>& note) {
    EXPECT_EQ(ended.status, kGrowthStatus) << ended.err;
    EXPECT_EQ(ended.out, "20753\n");
    std::vector<std::string> notes;
    for (const std::string& line : lines_of(ended.err)) {
      if (!line.starts_with("bucketprof: wrote ")) notes.push_back(line);
    }
    EXPECT_EQ(notes.size(), note.empty() ? 0U : 1U) << ended.err;
    for (const std::string& part : note) EXPECT_THAT(ended.err, HasSubstr(part));
  }

  testing_support::TempDir dir_;
};

TEST_F(PlainGrowth, CapacitiesAreWhatTheTableHad) {
  for (const int tables : {1, 3}) {
    const Ended ended = run({kGrowthPrograms + "growth", std::to_string(tables), "50000"});
    EXPECT_EQ(ended.out, "85229\n") << ended.err;
    std::map<std::int64_t, std::int64_t> expected;
    for (const int slots : {13, 29, 59, 127, 257, 541, 1109, 2357, 5087, 10273, 20753, 42043, 85229}) {
      expected[slots] = tables;
    }
    EXPECT_EQ(arrays(), expected);
  }
}

TEST_F(PlainGrowth, SplitDebugInformationIsReadWhereItIs) {
  for (const std::string form : {"gcc_4", "gcc_5", "clang_4", "clang_5"}) {
    const std::string name = "growth_split_" + form;
    if (!fs::exists(kGrowthPrograms + name)) continue;
    SCOPED_TRACE(name);
    expect_recorded(run({kGrowthPrograms + name}), {});
    EXPECT_EQ(nodes(), kGrowthEntries);

    // Without the .dwo file, functions that were not inlined still have names.
    const std::string dwo = kGrowthPrograms + name + ".dwo";
    const std::string away = dir_ / "away.dwo";
    fs::rename(dwo, away);
    const Ended without = run({kGrowthPrograms + name});
    std::ofstream(dwo, std::ios::binary) << "cut";
    const Ended cut = run({kGrowthPrograms + name});
    fs::remove(dwo);
    fs::copy_file(away, dwo);
    for (const Ended& ended : {without, cut}) {
      expect_recorded(ended, {"note: " + kGrowthPrograms + name + ": its debug information is split, and ", dwo});
      EXPECT_FALSE(arrays().empty());
    }
  }
}

TEST_F(PlainGrowth, ADebugFileThatIsCutCostsNames) {
  const std::string program = dir_ / "program";
  const std::string debug = dir_ / "program.debug";
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"objcopy", "--only-keep-debug", kGrowthPrograms + "growth", debug},
           {"objcopy", "--strip-debug", "--add-gnu-debuglink=" + debug, kGrowthPrograms + "growth", program}}) {
    const Ended ended = testing_support::run({.words = words});
    ASSERT_EQ(ended.status, 0) << ended.err;
  }
  expect_recorded(run({program}), {});
  EXPECT_EQ(nodes(), kGrowthEntries);
  const auto size = fs::file_size(debug);
  for (const int percent : {90, 50, 10, 1}) {
    fs::resize_file(debug, size * static_cast<std::uintmax_t>(percent) / 100);
    expect_recorded(run({program}), {"note: " + program + ": " + debug + " "});
    EXPECT_FALSE(arrays().empty()) << percent;
  }
}

// A library in front of elfutils (growth/deadly.c) ends the process that reads debug information, as a failed
// assertion, a fault or the kernel would.
TEST_F(PlainGrowth, TheRecordingOutlivesTheProcessThatNamesIt) {
  const std::string deadly = kGrowthPrograms + "growth_deadly.so";
  const std::string program = kGrowthPrograms + "growth";
  for (const auto& [number, text] : {std::pair(6, "signal 6 (Aborted)"), std::pair(9, "signal 9 (Killed)"),
                                     std::pair(11, "signal 11 (Segmentation fault)")}) {
    SCOPED_TRACE(text);
    const std::vector<std::string> preload{"LD_PRELOAD=" + deadly, fmt::format("DEADLY_SIGNAL={}", number),
                                           "DEADLY_FUNCTION=dwarf_getsrc_die"};
    const Ended ended = run({program}, preload);
    EXPECT_EQ(ended.status, kGrowthStatus) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr(fmt::format("note: {}: reading its debug information ended with {}; its functions "
                                                 "have the names of its symbol table and no lines\n",
                                                 program, text)));
    EXPECT_FALSE(arrays().empty());
  }
  const Ended without = run({program}, {"LD_PRELOAD=" + deadly, "DEADLY_SIGNAL=11", "DEADLY_FUNCTION=dwfl_begin"});
  EXPECT_EQ(without.status, kGrowthStatus) << without.err;
  EXPECT_THAT(without.err,
              HasSubstr(program + ": reading its symbols ended with signal 11 (Segmentation fault); its code "
                                  "addresses stay without names\n"));
  // SIGTERM comes from outside: the reading is not repeated, and the profile has addresses without names.
  const Ended ended = run({program}, {"LD_PRELOAD=" + deadly, "DEADLY_SIGNAL=15", "DEADLY_FUNCTION=dwarf_getsrc_die"});
  expect_recorded(ended,
                  {"note: code addresses stay without names: looking them up ended with signal 15 (Terminated)"});
  const Ended report =
      testing_support::run({.words = {BUCKETPROF_BINARY_DIR "/bucketprof", "report", dir_ / "p.pb.gz"}});
  EXPECT_EQ(report.status, 0) << report.err;
  EXPECT_THAT(report.out, HasSubstr("int -> int (std_node)"));
}

}  // namespace
}  // namespace bucketprof::e2e
