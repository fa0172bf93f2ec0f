// SPDX-License-Identifier: Apache-2.0
//
// That pprof, prune and the recognizer treat the same names alike is tested where these are.
#include "profiler/model/our_frames.h"

#include <gtest/gtest.h>

namespace bucketprof::model {
namespace {

// Stored profiles contain the expression.
TEST(OurFrames, AreDroppedByThisExpression) {
  EXPECT_EQ(drop_frames(), R"((?:[\w:*& ]+ )?bucketprof::(?:(?:record|stack)::.*|hashmap::allocate_part(?:<.*)?)"
                           R"(|alloc::(?:\(anonymous namespace\)::)?[a-z0-9_:]+(?:<.*)?))"
                           R"(|bucketprof::alloc::[\w:]+(?:<.*|::\w*allocate\w*))"
                           R"(|std::allocator_traits(?:<bucketprof::alloc::.*|::allocate))");
}

}  // namespace
}  // namespace bucketprof::model
