// SPDX-License-Identifier: Apache-2.0
//
// Whole profiles of code addresses, compared with addr2line address by address and frame by frame.
#include "profiler/symbolize/symbolize.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "profiler/base/cxx_name.h"
#include "profiler/model/validate.h"
#include "profiler/symbolize/debug_file.h"
#include "tests/profiler/symbolize/programs.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::symbolize {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string without_lambda_numbers(std::string name) {
  for (std::size_t at = 0; (at = name.find("{lambda", at)) != std::string::npos; at += 8) {
    name.erase(at + 7, name.find('}', at) - at - 7);
  }
  return name;
}

// DWARF names a function without a linkage name just `f`. We print `(anonymous namespace)::f` and `{lambda:12}`, while
// addr2line prints `f` or, from the symbol table, `(anonymous namespace)::f(int)`, `f.cold` and `{lambda(int)#1}`.
bool same_function(const std::string& ours, const std::string& theirs) {
  return ours == theirs ||
         without_lambda_numbers(qualified_name(ours)) == without_lambda_numbers(qualified_name(theirs)) ||
         ours.ends_with("::" + qualified_name(theirs)) || theirs.starts_with(ours + ".");
}

// binutils 2.40 confuses two files of one DWARF 5 line table, and then may print a line after the end of the file.
bool is_past_the_end(const WitnessFrame& frame) {
  static std::map<std::string, std::int64_t> counts;
  const auto [place, added] = counts.emplace(frame.file, 0);
  if (added) {
    std::ifstream file(frame.file);
    std::string line;
    while (std::getline(file, line)) ++place->second;
  }
  return place->second != 0 && frame.line > place->second;
}

class Witness : public testing::TestWithParam<const char*> {};

TEST_P(Witness, EveryFrameIsWhatAddr2lineSays) {
  const fs::path file = program(GetParam());
  const auto addresses = code_addresses(file, 3);
  ASSERT_GT(addresses.size(), 500U);
  model::Profile profile = profile_of(file, addresses, build_id_of(file));
  const Outcome outcome = symbolize(profile);
  EXPECT_THAT(outcome.notes, testing::IsEmpty());
  EXPECT_EQ(outcome.named + outcome.unnamed, addresses.size());

  const auto witness = ask_addr2line(file, addresses);
  std::size_t inlined = 0;
  std::size_t compared = 0;
  std::size_t borrowed_names = 0;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const auto& lines = profile.locations[i].lines;
    if (witness[i].front().function == "??") continue;
    ASSERT_EQ(lines.size(), witness[i].size()) << std::hex << addresses[i];
    for (std::size_t j = 0; j < lines.size(); ++j) {
      const model::Function& function = profile.functions[lines[j].function];
      const std::string name(profile.str(function.name));
      // If a function without a linkage name is inlined, addr2line sometimes prints the name of the enclosing symbol.
      const bool borrowed = !profile.str(function.system_name).starts_with("_Z") && j + 1 < lines.size() &&
                            same_function(witness[i].back().function, witness[i][j].function);
      borrowed_names += borrowed ? 1 : 0;
      EXPECT_TRUE(borrowed || same_function(name, witness[i][j].function))
          << std::hex << addresses[i] << " frame " << j << ": " << name << " / " << witness[i][j].function;
      if (function.file != 0 && !is_past_the_end(witness[i][j])) {
        EXPECT_EQ(profile.str(function.file), witness[i][j].file) << std::hex << addresses[i] << " frame " << j;
        EXPECT_EQ(lines[j].line, witness[i][j].line) << std::hex << addresses[i] << " frame " << j;
      }
      ++compared;
    }
    inlined += lines.size() > 1 ? 1 : 0;
  }
  EXPECT_GT(compared, addresses.size() * 9 / 10);
  EXPECT_LT(borrowed_names, compared / 50);
  RecordProperty("compared", static_cast<int>(compared));
  RecordProperty("inlined", static_cast<int>(inlined));
  const bool has_inlining = std::string(GetParam()) != "no_debug" && std::string(GetParam()) != "unoptimised";
  EXPECT_GE(inlined, has_inlining ? 100U : 0U);
}

INSTANTIATE_TEST_SUITE_P(Forms, Witness,
                         testing::Values("pie", "fixed", "dwarf4", "unoptimised", "no_debug", "libinlines.so"));

/// The text of every frame at every location, the innermost first.
std::vector<std::vector<std::string>> frames_of(const model::Profile& profile) {
  std::vector<std::vector<std::string>> all;
  for (const model::Location& location : profile.locations) {
    std::vector<std::string>& frames = all.emplace_back();
    for (const model::Line& line : location.lines) {
      const model::Function& function = profile.functions[line.function];
      frames.push_back(fmt::format("{} {} {}:{} {}", profile.str(function.name), profile.str(function.system_name),
                                   profile.str(function.file), line.line, function.start_line));
    }
  }
  return all;
}

// addr2line does not read split debug information. The reference is the same code built without splitting.
TEST(Symbolize, SplitDebugInformationSaysTheSame) {
  for (const auto& [split, whole] : {std::pair("split4", "dwarf4"), std::pair("split5", "pie")}) {
    const auto addresses = code_addresses(program(whole), 3);
    ASSERT_EQ(code_addresses(program(split), 3), addresses);
    model::Profile ours = profile_of(program(split), addresses);
    model::Profile theirs = profile_of(program(whole), addresses);
    EXPECT_THAT(symbolize(ours).notes, testing::IsEmpty());
    symbolize(theirs);
    for (model::Profile* profile : {&ours, &theirs}) {
      for (std::string& text : profile->strings) {  // placeholders contain the file's name
        if (text.starts_with(std::string(split) + "+")) text.replace(0, std::string(split).size(), whole);
      }
    }
    EXPECT_EQ(frames_of(ours), frames_of(theirs)) << split;
  }
}

TEST(Symbolize, SplitDebugInformationThatIsNotThereIsSaid) {
  const testing_support::TempDir dir;
  // The new name has the same length, so that only the path in the file changes.
  run_command(fmt::format("sed 's/[.]dwo/.gon/g' '{}' > '{}'", program("split5").native(), (dir / "moved").native()));
  model::Profile profile = profile_of(dir / "moved", code_addresses(program("split5"), 3));
  const Outcome outcome = symbolize(profile);
  ASSERT_EQ(outcome.notes.size(), 1U);
  EXPECT_THAT(outcome.notes[0],
              testing::MatchesRegex(".*/moved: its debug information is split, and /.*[.]gon cannot be "
                                    "read: functions that were inlined have no names, others no lines"));
  EXPECT_GT(outcome.named, 500U);
}

TEST(Symbolize, HowMuchIsReadCanBeLimited) {
  const fs::path file = program("pie");
  const auto addresses = code_addresses(file, 3);
  for (const Reads reads : {Reads::kAll, Reads::kSymbols, Reads::kNothing}) {
    model::Profile profile = profile_of(file, addresses);
    SymbolizeOptions options;
    options.reads[profile.mappings[0].file] = reads;
    std::vector<model::StringId> begun;
    options.begins = [&begun](model::StringId id) { begun.push_back(id); };
    const Outcome outcome = symbolize(profile, options);
    EXPECT_THAT(outcome.notes, testing::IsEmpty());
    EXPECT_EQ(outcome.named > 500, reads != Reads::kNothing);
    EXPECT_EQ(profile.mappings[0].has_line_numbers, reads == Reads::kAll);
    EXPECT_EQ(begun.size(), reads == Reads::kNothing ? 0U : 1U);
    EXPECT_EQ(has_unnamed(profile), reads == Reads::kNothing);
  }
}

TEST(Symbolize, MarksTheMappingAndNamesEveryLocation) {
  const fs::path file = program("pie");
  model::Profile profile = profile_of(file, code_addresses(file, 1));
  const Outcome outcome = symbolize(profile);
  EXPECT_GT(outcome.named, 1000U);
  const model::Mapping& mapping = profile.mappings[0];
  EXPECT_TRUE(mapping.has_functions && mapping.has_filenames && mapping.has_line_numbers && mapping.has_inline_frames);
  for (const model::Location& location : profile.locations) {
    ASSERT_FALSE(location.lines.empty());
    EXPECT_FALSE(profile.str(profile.functions[location.lines[0].function].name).empty());
  }
  const Status valid = model::validate(profile);
  EXPECT_TRUE(valid.ok()) << (valid.ok() ? "" : valid.error());
}

TEST(Symbolize, FunctionsCarryLinkageNameAndDeclaration) {
  const fs::path file = program("pie");
  model::Profile profile = profile_of(file, code_addresses(file, 1));
  symbolize(profile);
  std::set<std::string> names;
  bool found = false;
  for (const model::Function& function : profile.functions) {
    names.emplace(profile.str(function.name));
    if (profile.str(function.system_name) != "_ZN5outer16with_local_classEi") continue;
    found = true;
    EXPECT_EQ(profile.str(function.name), "outer::with_local_class");
    EXPECT_THAT(std::string(profile.str(function.file)), testing::EndsWith("tests/programs/symbolize/inlines.cpp"));
    EXPECT_GT(function.start_line, 50);
  }
  EXPECT_TRUE(found);
  EXPECT_THAT(names, testing::IsSupersetOf({"outer::(anonymous namespace)::innermost",
                                            "outer::(anonymous namespace)::Helper::middle",
                                            "outer::(anonymous namespace)::static_like", "file_static", "main"}));
}

TEST(Symbolize, UnknownAddressesOfAKnownFileGetAPlaceholder) {
  const fs::path file = program("pie");
  auto addresses = code_addresses(file, 64);
  addresses.push_back(text_of(file).address - 0x20);  // in the PLT, where there is no function
  model::Profile profile = profile_of(file, addresses);
  const Outcome outcome = symbolize(profile);
  EXPECT_GE(outcome.unnamed, 1U);
  const model::Function& function = profile.functions[profile.locations.back().lines.at(0).function];
  EXPECT_THAT(std::string(profile.str(function.name)), testing::StartsWith("pie+0x"));
  EXPECT_EQ(function.file, 0U);
  EXPECT_TRUE(profile.mappings[0].has_functions);
}

TEST(Symbolize, RefusesAnotherBuild) {
  const fs::path file = program("pie");
  const auto addresses = code_addresses(file, 64);
  model::Profile profile = profile_of(file, addresses, "0123456789abcdef");
  const Outcome outcome = symbolize(profile);
  ASSERT_EQ(outcome.notes.size(), 1U);
  EXPECT_THAT(outcome.notes[0], HasSubstr(file.native()));
  EXPECT_THAT(outcome.notes[0], HasSubstr("build id"));
  EXPECT_EQ(outcome.unnamed, addresses.size());
  EXPECT_FALSE(profile.mappings[0].has_functions);
  for (const model::Location& location : profile.locations) EXPECT_TRUE(location.lines.empty());
}

TEST(Symbolize, UnusableFilesAreOneNoteEach) {
  const testing_support::TempDir dir;
  run_command("head -c 100 /bin/true > '" + (dir / "short").native() + "'; mkfifo '" + (dir / "pipe").native() +
              "'; echo hello > '" + (dir / "text").native() + "'; mkdir '" + (dir / "folder").native() + "'");
  for (const char* name : {"short", "pipe", "text", "folder", "missing"}) {
    model::Profile profile = profile_of(program("pie"), code_addresses(program("pie"), 256));
    profile.strings.push_back((dir / name).native());
    profile.mappings[0].file = static_cast<model::StringId>(profile.strings.size() - 1);
    const Outcome outcome = symbolize(profile);
    ASSERT_EQ(outcome.notes.size(), 1U) << name;
    EXPECT_THAT(outcome.notes[0], HasSubstr((dir / name).native()));
    EXPECT_EQ(outcome.named, 0U);
    EXPECT_FALSE(profile.mappings[0].has_functions);
  }
}

TEST(Symbolize, LeavesWhatIsSymbolizedAlone) {
  const fs::path file = program("pie");
  model::Profile profile = profile_of(file, code_addresses(file, 64));
  symbolize(profile);
  const auto functions = profile.functions;
  const auto locations = profile.locations;
  const Outcome again = symbolize(profile);
  EXPECT_EQ(again.named + again.unnamed, 0U);
  EXPECT_EQ(profile.functions, functions);
  EXPECT_EQ(profile.locations, locations);
}

TEST(Symbolize, ReportsProgress) {
  const fs::path file = program("pie");
  model::Profile profile = profile_of(file, code_addresses(file, 2));
  std::size_t last = 0;
  SymbolizeOptions options;
  options.progress = [&](std::size_t done, std::size_t total) {
    EXPECT_GT(done, last);
    EXPECT_EQ(total, profile.locations.size());
    last = done;
  };
  symbolize(profile, options);
  EXPECT_GT(last, 256U);
}

}  // namespace
}  // namespace bucketprof::symbolize
