// SPDX-License-Identifier: Apache-2.0
//
// That a program acts on its environment without an option of the linker is tested by tests/consumer and by
// tests/profiler/process/autostart_test.cpp.
#include "profiler/alloc/linked.h"

#include <gtest/gtest.h>

namespace bucketprof::alloc {
namespace {

TEST(Linked, TheStartUpCodeIsThere) { EXPECT_EQ(*kAutostart, 1); }

}  // namespace
}  // namespace bucketprof::alloc
