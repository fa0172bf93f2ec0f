// SPDX-License-Identifier: Apache-2.0
#include "profiler/stack/loaded_object.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

namespace bucketprof::stack {
namespace {

[[gnu::noinline]] Address here() {
  return reinterpret_cast<Address>(__builtin_extract_return_addr(__builtin_return_address(0)));
}
const std::array<int, 8> constants{1};
std::array<int, 8> variables{1};

TEST(LoadedObject, FindsItselfByItsCode) {
  const Address pc = here();
  LoadedObject object;
  ASSERT_TRUE(object.find(pc));
  EXPECT_LE(object.start(), pc);
  EXPECT_GT(object.end(), pc);
  const auto entries = object.entries();
  ASSERT_FALSE(entries.empty());
  EXPECT_TRUE(std::ranges::is_sorted(entries, {}, &LoadedObject::SearchEntry::code));
}

TEST(LoadedObject, KnowsTheDescriptionOfAFunction) {
  LoadedObject object;
  const auto function = reinterpret_cast<Address>(&here);
  ASSERT_TRUE(object.find(function));
  const LoadedObject::SearchEntry* const entry = object.entry_of(function + 1);
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(object.search_table() + static_cast<Address>(std::int64_t{entry->code}), function);
  EXPECT_EQ(object.entry_of(function), entry);
  EXPECT_NE(object.entry_of(function - 1), entry);
  EXPECT_FALSE(object.constant_segment(object.description_of(*entry)).empty());
  EXPECT_EQ(object.entry_of(object.start()), nullptr);  // before all code
}

TEST(LoadedObject, TellsWhatIsItsOwnAndWhatCanBeWritten) {
  LoadedObject object;
  ASSERT_TRUE(object.find(here()));
  const auto constant = reinterpret_cast<Address>(constants.data());
  const auto variable = reinterpret_cast<Address>(variables.data());
  const auto other = std::make_unique<Address>(0);
  EXPECT_TRUE(object.holds_constant(constant));
  EXPECT_TRUE(object.holds(variable));
  EXPECT_FALSE(object.holds_constant(variable));
  EXPECT_TRUE(object.constant_segment(variable).empty());
  EXPECT_FALSE(object.holds(reinterpret_cast<Address>(other.get())));
  EXPECT_FALSE(object.holds(~Address{0}));
  const auto segment = object.constant_segment(constant);
  const auto start = reinterpret_cast<Address>(segment.data());
  EXPECT_LE(start, constant);
  EXPECT_FALSE(object.holds_constant(start + segment.size() - sizeof(Address) + 1));
}

TEST(LoadedObject, IsNoneWhereNoCodeIs) {
  LoadedObject object;
  const auto memory = std::make_unique<Address>(0);
  EXPECT_FALSE(object.find(reinterpret_cast<Address>(memory.get())));
  EXPECT_FALSE(object.find(0));
  EXPECT_FALSE(object.find(~Address{0}));
}

}  // namespace
}  // namespace bucketprof::stack
