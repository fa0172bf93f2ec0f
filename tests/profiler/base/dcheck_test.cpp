// SPDX-License-Identifier: Apache-2.0
#include "profiler/base/dcheck.h"

#include <gtest/gtest.h>

namespace bucketprof {
namespace {

TEST(Dcheck, DoesNothingIfTheConditionHolds) {
  int evaluated = 0;
  BUCKETPROF_DCHECK(++evaluated > 0);
#if defined(BUCKETPROF_DCHECKS)
  EXPECT_EQ(evaluated, 1);
#else
  EXPECT_EQ(evaluated, 0);
#endif
}

TEST(DcheckDeathTest, SaysWhereAndWhatIfItFails) {
#if defined(BUCKETPROF_DCHECKS)
  EXPECT_DEATH(BUCKETPROF_DCHECK(1 + 1 == 3), R"(dcheck_test\.cpp:[0-9]+: check failed: 1 \+ 1 == 3)");
#else
  GTEST_SKIP() << "built without assertions";
#endif
}

}  // namespace
}  // namespace bucketprof
