// SPDX-License-Identifier: Apache-2.0
#include "profiler/base/filters.h"

#include <gtest/gtest.h>

namespace bucketprof {
namespace {

TEST(Filters, AreReadFromTheStatus) {
  const std::string before = "Name:\tserver\nNoNewPrivs:\t1\n";
  EXPECT_EQ(seccomp_filters_in(before + "Seccomp:\t0\nSeccomp_filters:\t0\n"), "0");
  EXPECT_EQ(seccomp_filters_in(before + "Seccomp:\t2\nSeccomp_filters:\t3\nSpeculation_Store_Bypass:\tthread\n"), "3");
  EXPECT_EQ(seccomp_filters_in(before + "Seccomp:\t0\n"), "0") << "kernels before 5.9";
}

TEST(Filters, AreUnknownIfTheKernelDoesNotSay) {
  EXPECT_EQ(seccomp_filters_in(""), "");
  EXPECT_EQ(seccomp_filters_in("Name:\tserver\n"), "");
  EXPECT_EQ(seccomp_filters_in("Name:\tserver\nSeccomp:\t1\nSeccomp_filters:\t0\n"), "") << "the strict mode";
  EXPECT_EQ(seccomp_filters_in("Name:\tserver\nSeccomp:\t2\n"), "") << "kernels before 5.9";
  EXPECT_EQ(seccomp_filters_in("Name:\tserver\nSeccomp:"), "");
}

TEST(Filters, OfThisProcessAreANumber) {
  const std::string filters = seccomp_filters();
  EXPECT_EQ(filters.find_first_not_of("0123456789"), filters.npos) << filters;
}

}  // namespace
}  // namespace bucketprof
