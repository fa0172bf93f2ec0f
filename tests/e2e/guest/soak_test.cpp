// SPDX-License-Identifier: Apache-2.0
//
// Everything at once (tests/programs/soak.cpp): for a minute, in the long form for ten, under a sanitizer for 15 s.
#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/guest/guest_program.h"
#include "tests/support/sanitized.h"

namespace bucketprof::e2e {
namespace {

TEST(Soak, ExactTotalsAndFlatMemory) {
  const int seconds = long_form() ? 600 : testing_support::kSanitized ? 15 : 60;
  const Figures figures = run_guest("soak", {std::to_string(seconds), kLibrary}, std::chrono::seconds(seconds + 120));
  EXPECT_GT(figures.at("blocks"), 100'000U);
  EXPECT_GT(figures.at("loads"), 10U);
  EXPECT_GT(figures.at("snapshots"), 50U);
  if (!testing_support::kSanitized) {  // the sanitizers' own locks may be held in the child
    EXPECT_GT(figures.at("forks"), 100U);
    EXPECT_EQ(figures.at("hung"), 0U);
  }
}

}  // namespace
}  // namespace bucketprof::e2e
