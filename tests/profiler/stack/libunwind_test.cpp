// SPDX-License-Identifier: Apache-2.0
//
// libunwind is loaded once it is asked for, with all that we use; its functions for exceptions stay out of the program.
#include "profiler/stack/libunwind.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstring>

namespace bucketprof::stack {
namespace {

TEST(Libunwind, IsLoadedWithAllThatIsUsed) {
  ASSERT_TRUE(libunwind::load());
  ASSERT_TRUE(libunwind::load()) << "again";
  EXPECT_NE(libunwind::functions.create_addr_space.load(), nullptr);
  EXPECT_NE(libunwind::functions.set_caching_policy.load(), nullptr);
  EXPECT_NE(libunwind::functions.init_remote.load(), nullptr);
  EXPECT_NE(libunwind::functions.step.load(), nullptr);
  EXPECT_NE(libunwind::functions.get_reg.load(), nullptr);
  EXPECT_NE(libunwind::functions.get_save_loc.load(), nullptr);
  EXPECT_NE(libunwind::functions.search_unwind_table.load(), nullptr);
}

TEST(Libunwind, DoesNotTakeOverExceptions) {
  ASSERT_TRUE(libunwind::load());
  Dl_info info{};
  ASSERT_NE(::dladdr(::dlsym(RTLD_DEFAULT, "_Unwind_RaiseException"), &info), 0);
  EXPECT_EQ(std::strstr(info.dli_fname, "libunwind"), nullptr) << info.dli_fname;
}

}  // namespace
}  // namespace bucketprof::stack
