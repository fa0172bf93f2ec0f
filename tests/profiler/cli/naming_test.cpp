// SPDX-License-Identifier: Apache-2.0
//
// Names from the child process that looks them up, and what is named if the child dies.
#include "profiler/cli/naming.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string>
#include <vector>

#include "tests/support/random_profile.h"
#include "tests/support/same_profile.h"

namespace bucketprof::cli {
namespace {

using symbolize::Outcome;
using symbolize::Reads;
using symbolize::SymbolizeOptions;
using testing::ElementsAre;
using testing::IsEmpty;

void no_progress(std::size_t, std::size_t) {}

model::Profile unnamed(std::uint64_t seed) { return testing_support::random_profile(seed, {.symbolized = false}); }

/// Gives every location a name of its own. Returns two notes, one of which has two lines.
Outcome name_all(model::Profile& profile, const SymbolizeOptions& options) {
  for (std::size_t i = 0; i < profile.locations.size(); ++i) {
    profile.strings.push_back("f" + std::to_string(i));
    const auto name = static_cast<model::StringId>(profile.strings.size() - 1);
    profile.functions.push_back({name, name, 0, static_cast<std::int64_t>(i)});
    profile.locations[i].lines = {{static_cast<model::FunctionId>(profile.functions.size() - 1), 7}};
  }
  for (model::Mapping& mapping : profile.mappings) mapping.has_functions = true;
  if (options.progress) options.progress(1, 2);
  return {.named = profile.locations.size(), .notes = {"a note", "another\nnote"}};
}

TEST(Naming, NamesAreThoseThatTheChildFound) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    model::Profile here = unnamed(seed);
    model::Profile apart = here;
    name_all(here, {});
    EXPECT_THAT(look_up_names(apart, &no_progress, &name_all), ElementsAre("a note", "another\nnote"));
    EXPECT_EQ(testing_support::first_difference(apart, here), "");
    EXPECT_EQ(apart.strings, here.strings);
  }
}

TEST(Naming, WhatHasNamesNeedsNoChild) {
  model::Profile profile = testing_support::random_profile(1);
  const model::Profile before = profile;
  const auto never = [](model::Profile&, const SymbolizeOptions&) -> Outcome {
    ::raise(SIGKILL);
    return {};
  };
  EXPECT_THAT(look_up_names(profile, &no_progress, never), IsEmpty());
  EXPECT_EQ(testing_support::first_difference(profile, before), "");
}

/// Dies as if reading the file of the first mapping, unless only its symbols are to be read.
Outcome die_of_debug_information(model::Profile& profile, const SymbolizeOptions& options) {
  const model::StringId file = profile.mappings[0].file;
  options.begins(file);
  const auto reads = options.reads.find(file);
  if (reads == options.reads.end() || reads->second == Reads::kAll) ::raise(SIGKILL);
  return name_all(profile, {});
}

TEST(Naming, AFileThatKillsIsReadWithoutItsDebugInformation) {
  model::Profile profile = unnamed(3);
  EXPECT_THAT(look_up_names(profile, &no_progress, &die_of_debug_information),
              ElementsAre("a note", "another\nnote",
                          "/usr/bin/program: reading its debug information ended with signal 9 (Killed); its functions "
                          "have the names of its symbol table and no lines"));
  EXPECT_FALSE(profile.locations[0].lines.empty());
}

Outcome die_of_symbols(model::Profile& profile, const SymbolizeOptions& options) {
  const model::StringId file = profile.mappings[0].file;
  const auto reads = options.reads.find(file);
  if (reads == options.reads.end() || reads->second != Reads::kNothing) {
    options.begins(file);
    ::raise(SIGKILL);
  }
  return name_all(profile, {});
}

TEST(Naming, AFileThatKillsAgainIsLeftOut) {
  model::Profile profile = unnamed(3);
  EXPECT_THAT(look_up_names(profile, &no_progress, &die_of_symbols),
              ElementsAre("a note", "another\nnote",
                          "/usr/bin/program: reading its symbols ended with signal 9 (Killed); its code addresses stay "
                          "without names"));
}

TEST(Naming, WithoutAFileToBlameTheProfileStaysAsItIs) {
  model::Profile profile = unnamed(4);
  const model::Profile before = profile;
  const auto die = [](model::Profile&, const SymbolizeOptions&) -> Outcome {
    ::raise(SIGKILL);
    return {};
  };
  EXPECT_THAT(look_up_names(profile, &no_progress, die),
              ElementsAre("code addresses stay without names: looking them up ended with signal 9 (Killed)"));
  EXPECT_EQ(testing_support::first_difference(profile, before), "");
}

TEST(Naming, WhoeverEndsItOnPurposeIsNotContradicted) {
  model::Profile profile = unnamed(4);
  const model::Profile before = profile;
  const auto die = [](model::Profile& mine, const SymbolizeOptions& options) -> Outcome {
    options.begins(mine.mappings[0].file);
    ::raise(SIGTERM);
    return {};
  };
  EXPECT_THAT(look_up_names(profile, &no_progress, die),
              ElementsAre("code addresses stay without names: looking them up ended with signal 15 (Terminated)"));
  EXPECT_EQ(testing_support::first_difference(profile, before), "");
}

}  // namespace
}  // namespace bucketprof::cli
