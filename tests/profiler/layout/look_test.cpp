// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/look.h"

#include <gtest/gtest.h>

#include <cstddef>

namespace bucketprof::layout {
namespace {

TEST(Look, RowsAreInOrder) {
  for (std::size_t i = 0; i < kLayouts.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(kLayouts[i].layout), i);
    EXPECT_EQ(layout_of(kLayouts[i].name), kLayouts[i].layout);
  }
}

}  // namespace
}  // namespace bucketprof::layout
