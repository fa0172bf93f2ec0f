// SPDX-License-Identifier: Apache-2.0
#include "profiler/recognize/roles.h"

#include <gtest/gtest.h>

#include "profiler/recognize/known_tables.h"

namespace bucketprof::recognize {
namespace {

TEST(Roles, AreThoseOfEachFunctionsName) {
  model::Profile profile;
  profile.strings = {"", "main", "absl::lts_20230802::container_internal::raw_hash_set<int>::resize", "dict_resize"};
  for (model::StringId name = 1; name < 4; ++name) profile.functions.push_back({.name = name, .system_name = name});
  const Roles roles(profile);
  EXPECT_EQ(roles[0].owner, Owner::kUser);
  EXPECT_EQ(roles[1].owner, Owner::kTable);
  EXPECT_EQ(roles[1].table, &known::kAbsl);
  for (model::FunctionId function = 0; function < 3; ++function) {
    EXPECT_EQ(roles[function].owner, role_of(profile.str(profile.functions[function].name)).owner);
    EXPECT_EQ(roles.common(function, nullptr), nullptr);
    for (const Role& role : common_roles(profile.str(profile.functions[function].name))) {
      const Role* const found = roles.common(function, role.table);
      ASSERT_NE(found, nullptr);
      EXPECT_EQ(found->table, role.table);
    }
  }
  EXPECT_EQ(roles.common(0, &known::kAbsl), nullptr);
}

}  // namespace
}  // namespace bucketprof::recognize
