// SPDX-License-Identifier: Apache-2.0
//
// Which frame is the caller, and how a frame is described.
#include "profiler/recognize/frames.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/heap_profile.h"
#include "tests/support/sample_profile.h"

namespace bucketprof::recognize {
namespace {

using testing_support::kMakeArray;

TEST(Frames, ContainerCodeIsToldByItsNamespace) {
  for (const char* name : {kMakeArray, testing_support::kAllocateNode,
                           "absl::container_internal::raw_hash_set<user::X>::resize(unsigned long)",
                           "void boost::unordered::detail::foa::table<int>::rehash()",
                           "__gnu_cxx::new_allocator<user::X>::allocate(unsigned long)", "operator new(unsigned long)",
                           "std::enable_if<true, user::X>::type std::function<void ()>::operator()() const"}) {
    EXPECT_TRUE(is_container_code(name)) << name;
  }
  for (const char* name :
       {"main", "std_like::f()", "std::vector<int> user::make<std::string>()", "user::Map<std::string>::grow()",
        "abseil::f()", "(anonymous namespace)::load(std::string)", "boosted::f()"}) {
    EXPECT_FALSE(is_container_code(name)) << name;
  }
}

TEST(Frames, CallerIsTheFirstFrameAboveTheContainer) {
  const model::Profile profile = testing_support::sample_profile();
  const Frames frames(profile);
  const Frame caller = frames.describe(frames.caller(0));
  EXPECT_EQ(caller.function, "shop::load_prices(std::string const&)");
  EXPECT_EQ(caller.file, "/src/prices.cpp");
  EXPECT_EQ(caller.line, 42);
  const auto stack = frames.stack(0);
  ASSERT_EQ(stack.size(), 3U);
  EXPECT_EQ(stack[0].function, kMakeArray);
  EXPECT_EQ(stack[2].function, "main");
}

TEST(Frames, CommonNamesAreTheTablesNextToItsOthers) {
  const auto caller_of = [](const std::vector<std::string>& stack) {
    testing_support::HeapProfile heap;
    const model::Profile profile = std::move(heap.add(stack)).finish();
    const Frames frames(profile);
    return frames.describe(frames.caller(0)).function;
  };
  EXPECT_EQ(caller_of({"xcalloc", "alloc_table", "rehash", "hashmap_add", "main"}), "main");
  EXPECT_EQ(caller_of({"xcalloc", "htab_create_typed_alloc", "htab_create", "main"}), "main");
  EXPECT_EQ(caller_of({"malloc", "AllocSetContextCreateInternal", "hash_create", "main"}), "main");
  EXPECT_EQ(caller_of({"malloc", "hash_create", "main"}), "hash_create");
  EXPECT_EQ(caller_of({"malloc", "rehash", "main"}), "rehash");
  EXPECT_EQ(caller_of({"malloc", "g_hash_table_resize", "rehash", "main"}), "rehash");
}

TEST(Frames, InlinedCallersCountAsFrames) {
  model::Builder builder = model::Builder::ours(1);
  const auto mapping = builder.mapping({0x1000, 0x9000, 0x400, builder.string("/bin/x"), 0});
  const auto function = [&](const char* name) {
    return builder.function({builder.string(name), 0, builder.string("f.cpp"), 0});
  };
  // One address: the container is inlined into user::inner, which is inlined into user::outer.
  const auto location = builder.location({mapping,
                                          0x1234,
                                          {{function("std::vector<int>::push_back(int)"), 7},
                                           {function("user::inner()"), 8},
                                           {function("user::outer()"), 9}},
                                          false});
  const std::array stack{location};
  builder.sample(stack, {}, std::array<std::int64_t, 6>{1, 1, 1, 1, 0, 0});
  const model::Profile profile = std::move(builder).finish();
  const Frames frames(profile);
  EXPECT_EQ(frames.describe(frames.caller(0)).function, "user::inner()");
  EXPECT_EQ(frames.describe(frames.caller(0)).line, 8);
  EXPECT_EQ(frames.stack(0).size(), 3U);
}

TEST(Frames, NamelessAddressesAreShownByFileAndOffset) {
  model::Builder builder = model::Builder::ours(1);
  const auto mapping = builder.mapping({0x1000, 0x9000, 0x400, builder.string("/usr/lib/libx.so"), 0});
  const std::array inside{builder.location({mapping, 0x1234, {}, false})};
  const std::array outside{builder.location({model::kNone, 0x77, {}, false})};
  const std::array<std::int64_t, 6> values{1, 1, 1, 1, 0, 0};
  builder.sample(inside, {}, values);
  builder.sample(outside, {}, values);
  builder.sample({}, {}, values);
  const model::Profile profile = std::move(builder).finish();
  const Frames frames(profile);
  EXPECT_EQ(frames.describe(frames.caller(0)).function, "libx.so+0x634");
  EXPECT_EQ(frames.describe(frames.caller(1)).function, "0x77");
  EXPECT_EQ(frames.describe(frames.caller(2)).function, "(no stack)");
}

TEST(Frames, AStackOfContainerCodeAloneBelongsToItsOutermostFrame) {
  model::Builder builder = model::Builder::ours(1);
  const auto mapping = builder.mapping({0x1000, 0x100000, 0, builder.string("/bin/x"), 0});
  builder.sample(testing_support::add_stack(builder, mapping, {{kMakeArray, "", 1}, {"std::thread::run()", "", 2}}), {},
                 std::array<std::int64_t, 6>{1, 1, 1, 1, 0, 0});
  const model::Profile profile = std::move(builder).finish();
  const Frames frames(profile);
  EXPECT_EQ(frames.describe(frames.caller(0)).function, "std::thread::run()");
}

}  // namespace
}  // namespace bucketprof::recognize
