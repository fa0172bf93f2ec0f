// SPDX-License-Identifier: Apache-2.0
//
// Costs of one or several profiles, of a baseline, and of other files.
#include "profiler/cli/load_costs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "profiler/base/file.h"
#include "profiler/compare/baseline.h"
#include "profiler/pprof/pprof.h"
#include "tests/support/costs.h"
#include "tests/support/sample_profile.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::cli {
namespace {

using testing::HasSubstr;

class LoadCosts : public testing::Test {
 protected:
  std::string put(const std::string& name, const std::string& bytes) const {
    EXPECT_TRUE(write_file(dir_ / name, bytes).ok());
    return dir_ / name;
  }
  std::string profile() const { return put("profile", pprof::encode(testing_support::sample_profile())); }
  std::string baseline() const {
    return put("baseline", compare::write_baseline(testing_support::costs_of({{"users", "load", 2, 100}})));
  }
  testing_support::TempDir dir_;
};

TEST_F(LoadCosts, OfAProfile) {
  const auto costs = load_costs({profile()}, false);
  ASSERT_TRUE(costs.ok()) << costs.error();
  EXPECT_EQ(costs->program, "server");
  EXPECT_EQ(costs->tables.size(), 2U);
  EXPECT_EQ(costs->runs, 1);
  EXPECT_EQ(costs->total.values[model::kAllocSpace], 10000);
}

TEST_F(LoadCosts, OfABaseline) {
  const auto costs = load_costs({baseline()}, false);
  ASSERT_TRUE(costs.ok()) << costs.error();
  EXPECT_EQ(costs->total.values[model::kAllocSpace], 100);
}

TEST_F(LoadCosts, OfSeveralRuns) {
  const auto costs = load_costs({profile(), profile(), profile()}, false);
  ASSERT_TRUE(costs.ok()) << costs.error();
  EXPECT_EQ(costs->runs, 3);
  EXPECT_EQ(costs->total.values[model::kAllocSpace], 10000);
}

TEST_F(LoadCosts, ABaselineStandsAlone) {
  const auto costs = load_costs({profile(), baseline()}, false);
  ASSERT_FALSE(costs.ok());
  EXPECT_THAT(costs.error(), HasSubstr("a baseline stands alone"));
}

TEST_F(LoadCosts, ErrorsNameTheFile) {
  model::Profile other;
  other.strings = {"", "samples", "count"};
  other.sample_types = {{1, 2}};
  put("foreign", pprof::encode(other));
  put("text", "this is no profile");
  put("json", "{\"a\": 1}");
  for (const char* name : {"foreign", "text", "json", "missing", "."}) {
    const std::string file = dir_ / name;
    const auto costs = load_costs({file}, true);
    ASSERT_FALSE(costs.ok()) << name;
    EXPECT_THAT(costs.error(), HasSubstr(file));
    EXPECT_EQ(costs.error().find('\n'), std::string::npos);
  }
}

}  // namespace
}  // namespace bucketprof::cli
