// SPDX-License-Identifier: Apache-2.0
//
// Checks that a page of docs/ names every field of a JSON document.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

namespace bucketprof::testing_support {

/// Adds the names of all fields to `names`, except those inside the fields in `open`, which are listed elsewhere.
inline void collect_fields(const nlohmann::json& value, const std::set<std::string>& open,
                           std::set<std::string>& names) {
  for (const auto& [key, inner] : value.items()) {
    if (value.is_object()) names.insert(key);
    if (inner.is_structured() && !open.contains(key)) collect_fields(inner, open, names);
  }
}

/// Adds a test failure for each name that docs/`page` does not contain in backquotes.
inline void expect_documented(const std::set<std::string>& names, const std::string& page) {
  std::ifstream file(std::string(BUCKETPROF_TEST_DATA) + "/../docs/" + page);
  std::stringstream documentation;
  documentation << file.rdbuf();
  for (const std::string& name : names)
    EXPECT_NE(documentation.str().find("`" + name + "`"), std::string::npos) << name;
}

}  // namespace bucketprof::testing_support
