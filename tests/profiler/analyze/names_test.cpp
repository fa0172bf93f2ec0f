// SPDX-License-Identifier: Apache-2.0
//
// What share of a profile has no function names, and what is said about it.
#include "profiler/analyze/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/sample_profile.h"

namespace bucketprof::analyze {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// 100 bytes allocated by named code (through operator new), 500 by a stripped program, 300 by a library of which some
/// functions have names.
model::Profile half_named() {
  model::Builder builder = model::Builder::ours(1);
  const auto app = builder.mapping({0x1000, 0x2000, 0, builder.string("/opt/app"), 0});
  const auto lib = builder.mapping({0x3000, 0x4000, 0, builder.string("/usr/lib/libfoo.so.1"), 0});
  const auto add = [&](const std::vector<model::LocationId>& stack, std::int64_t bytes) {
    builder.sample(stack, {}, std::array<std::int64_t, 6>{1, bytes, 0, 0, 0, 0});
  };
  const auto named = [&](const char* function, std::uint64_t address, model::MappingId mapping) {
    return testing_support::add_stack(builder, mapping, {{function, "f.cpp", static_cast<std::int64_t>(address)}})
        .front();
  };
  const model::LocationId main = named("main", 1, app);
  const model::LocationId stripped = builder.location({app, 0x1100, {}, false});
  add({named("operator new(unsigned long)", 2, app), main}, 100);
  add({stripped, main}, 500);
  add({named("libfoo.so.1+0x123", 3, lib), main}, 300);
  return std::move(builder).finish();
}

TEST(Names, CountsCodeWithoutThem) {
  const NamelessShare share = nameless_share(half_named());
  EXPECT_EQ(share.addresses, 4U);
  EXPECT_EQ(share.nameless, 2U);
  EXPECT_EQ(share.bytes, 900);
  EXPECT_EQ(share.unnamed.bytes, 800);
  ASSERT_EQ(share.unnamed.modules.size(), 2U);
  EXPECT_EQ(share.unnamed.modules[0].file, "/opt/app");
  EXPECT_EQ(share.unnamed.modules[0].bytes, 500);
  EXPECT_EQ(share.unnamed.modules[1].bytes, 300);
  EXPECT_EQ(share.bare.bytes, 0);
}

TEST(Names, AreSaidToBeMissingWithWhatHasThem) {
  const auto said = sentences_on_names(nameless_share(half_named()), true, true);
  ASSERT_EQ(said.size(), 2U);
  EXPECT_THAT(said[0], HasSubstr("for want of function names"));
  EXPECT_THAT(said[1], HasSubstr("function names of 2 of 4 code addresses; code without them allocated 89 % of the "
                                 "bytes: app 56 %, libfoo.so.1 33 %; no table can be recognized there."));
  EXPECT_THAT(said[1], HasSubstr("built with -g and not stripped, or have the distribution's debug packages"));
  EXPECT_THAT(said[1], HasSubstr("BUCKETPROF_DEBUG_DIRS"));
}

TEST(Names, ThatAreThereAreToldFromTablesThatAreNot) {
  NamelessShare share{.addresses = 10, .nameless = 0, .bytes = 100, .unnamed = {}, .bare = {}};
  EXPECT_THAT(sentences_on_names(share, true, true), ElementsAre(HasSubstr("no stack has a known one, although")));
  EXPECT_THAT(sentences_on_names(share, true, false), IsEmpty());
  // Only callers lack names: tables were found all the same.
  share.nameless = 3;
  EXPECT_THAT(sentences_on_names(share, true, false), ElementsAre(Not(HasSubstr("recognized"))));
  // Our own profiles do not need names for their tables.
  share.unnamed.bytes = 50;
  EXPECT_THAT(sentences_on_names(share, false, false), ElementsAre(Not(HasSubstr("recognized"))));
}

TEST(Names, OfAnEmptyProfileAreNotMissed) {
  EXPECT_THAT(sentences_on_names(nameless_share({}), true, true), ElementsAre("tables: no stack has a known one"));
}

TEST(Names, SharesAreNeverRoundedToNoneOrAll) {
  NamelessShare share{.addresses = 9, .nameless = 1, .bytes = 1'000'000, .unnamed = {1, {{"/bin/a", 1}}}, .bare = {}};
  EXPECT_THAT(sentences_on_names(share, true, false).at(0), HasSubstr("less than 0.1 % of the bytes"));
  share.unnamed.bytes = 999'999;
  EXPECT_THAT(sentences_on_names(share, true, false).at(0), HasSubstr("99.9 % of the bytes"));
}

TEST(Names, OfInlinedFunctionsNeedDebugInformation) {
  model::Builder builder = model::Builder::ours(1);
  const auto app = builder.mapping({0x1000, 0x2000, 0, builder.string("/opt/app"), 0});
  const auto stack = testing_support::add_stack(builder, app, {{"main", "", 0}});
  builder.sample(stack, {}, std::array<std::int64_t, 6>{1, 100, 0, 0, 0, 0});
  NamelessShare share = nameless_share(std::move(builder).finish());
  EXPECT_EQ(share.bare.bytes, 100);
  EXPECT_EQ(share.unnamed.bytes, 0);
  EXPECT_THAT(sentences_on_names(share, true, true),
              ElementsAre(HasSubstr("for want of function names"),
                          HasSubstr("code without debug information allocated 100 % of the bytes: app 100 %; tables "
                                    "that were inlined there cannot be recognized. Names are in files")));
  share.bytes = 10'000;
  EXPECT_THAT(sentences_on_names(share, true, false), IsEmpty());
  EXPECT_THAT(sentences_on_names(share, false, false), IsEmpty());
}

}  // namespace
}  // namespace bucketprof::analyze
