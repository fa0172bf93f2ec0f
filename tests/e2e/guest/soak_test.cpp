// SPDX-License-Identifier: Apache-2.0
//
// Everything at once (tests/programs/situations/soak.cpp): a quarter of a million blocks, in the long form a hundred
// million, under a sanitizer eighty thousand. Blocks are counted and not seconds: a busy machine takes longer and tests
// the same.
#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/guest/guest_program.h"
#include "tests/support/sanitized.h"

namespace bucketprof::e2e {
namespace {

TEST(Soak, ExactTotalsAndFlatMemory) {
  const std::uint64_t blocks = long_form() ? 100'000'000 : testing_support::kSanitized ? 80'000 : 250'000;
  const Figures figures = run_guest("soak", {std::to_string(blocks), kLibrary}, std::chrono::seconds(850));
  EXPECT_GE(figures.at("blocks"), blocks);
  EXPECT_GE(figures.at("loads"), 10U);
  EXPECT_GE(figures.at("snapshots"), 20U);
  if (!testing_support::kSanitized) {  // the sanitizers' own locks may be held in the child
    EXPECT_GE(figures.at("forks"), 20U);
    EXPECT_EQ(figures.at("hung"), 0U);
  }
}

}  // namespace
}  // namespace bucketprof::e2e
