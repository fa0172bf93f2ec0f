// SPDX-License-Identifier: Apache-2.0
//
// Two shared libraries of one process are linked with bucketprof, and so may be the program. It ends as without
// bucketprof, and writes one profile with the tables of all of them, after the destructors of the last one.
#include <gmock/gmock.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/profile_file.h"
#include "tests/support/sanitized.h"
#include "tests/support/temp_dir.h"
#include "tests/support/totals.h"

namespace bucketprof::e2e {
namespace {

using testing_support::Ended;

class TwoLibraries : public testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] std::string program() const { return BUCKETPROF_BINARY_DIR "/programs/two_libraries_" + GetParam(); }
  [[nodiscard]] std::string output() const { return dir_ / "p.pb.gz"; }

  void expect_all_tables(const Ended& ended) const {
    EXPECT_FALSE(ended.timed_out);
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_EQ(ended.out, "4000\n");
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(dir_.path())) ++files;
    EXPECT_EQ(files, 1U);
    const model::Profile profile = testing_support::read_profile(output());
    EXPECT_EQ(tests::totals(profile, "one", "nodes")[model::kAllocObjects], 1000);
    EXPECT_EQ(tests::totals(profile, "two", "nodes")[model::kAllocObjects], 3000);
    EXPECT_EQ(tests::totals(profile, "program", "nodes")[model::kAllocObjects], GetParam() == "exporting" ? 500 : 0);
    for (const char* table : {"kept by one", "kept by two"}) {
      const tests::Values values = tests::totals(profile, table);
      EXPECT_GE(values[model::kAllocObjects], 1) << table;
      EXPECT_EQ(values[model::kInuseObjects], 0) << table << ": its library's destructors have run";
    }
  }

  testing_support::TempDir dir_;
};

TEST_P(TwoLibraries, WriteOneProfileAtTheEnd) {
  for (int i = 0; i < 10; ++i) {
    expect_all_tables(testing_support::run(
        {.words = {program()}, .settings = {"BUCKETPROF_OUTPUT=" + output(), "BUCKETPROF_AT=exit"}}));
  }
}

TEST_P(TwoLibraries, WriteOneProfileUnderRun) {
  if (testing_support::kSanitized) GTEST_SKIP() << "sanitizers and the agent both replace malloc";
  for (int i = 0; i < 3; ++i) {
    expect_all_tables(testing_support::run(
        {.words = {BUCKETPROF_BINARY_DIR "/bucketprof", "run", "--at", "exit", "-o", output(), "--", program()}}));
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, TwoLibraries, testing::Values("linked", "exporting"),
                         [](const auto& parameter) { return parameter.param; });

}  // namespace
}  // namespace bucketprof::e2e
