// SPDX-License-Identifier: Apache-2.0
//
// Which names are demangled and which stay as they are.
#include "profiler/symbolize/function_name.h"

#include <gtest/gtest.h>

namespace bucketprof::symbolize {
namespace {

TEST(Demangle, MangledNames) {
  EXPECT_EQ(demangle("_ZN1a1bEi"), "a::b");
  EXPECT_EQ(demangle("_ZN1aC4Ev"), "a::a");
  EXPECT_EQ(demangle("_ZN1a1bEi.isra.0"), "a::b");
  EXPECT_EQ(demangle("_ZN1a1BIiE1fIcEEvT_"), "a::B::f");
}

TEST(Demangle, RustNamesHaveNoHashOfTheBuild) {
  EXPECT_EQ(demangle("_ZN4core3ptr8fill_all17h0123456789abcdefE"), "core::ptr::fill_all");
  EXPECT_EQ(demangle("_ZN1a17h0123456789abcdegE"), "a::h0123456789abcdeg");
  EXPECT_EQ(demangle("_ZN1a4h012E"), "a::h012");
}

TEST(Demangle, OtherNamesStay) {
  for (const char* name : {"main", "f", "i", "", "_Z", "_Znonsense", "_start", "main.cold"})
    EXPECT_EQ(demangle(name), name);
}

}  // namespace
}  // namespace bucketprof::symbolize
