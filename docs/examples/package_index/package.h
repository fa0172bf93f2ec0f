// SPDX-License-Identifier: Apache-2.0
//
// What is known of a package. Views into the database's text.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace package_index {

struct Package {
  std::string_view version;
  std::string_view section;
  std::string_view maintainer;
  std::string_view summary;
  std::string_view depends;
  std::string_view pre_depends;
  std::uint64_t installed_kib = 0;
};

using Names = std::vector<std::string_view>;

}  // namespace package_index
