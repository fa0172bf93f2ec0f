// SPDX-License-Identifier: Apache-2.0
//
// The tables of docs/examples/package_index as containers of std, absl and boost, without bucketprof.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/container/node_hash_map.h>

#include <boost/unordered/unordered_flat_map.hpp>
#include <string>
#include <string_view>
#include <unordered_map>

#include "package_index/package.h"

namespace package_index {

struct Tables {
  absl::flat_hash_map<std::string_view, Package> packages;
  boost::unordered_flat_map<std::string_view, Names> dependents;
  std::unordered_map<std::string, Names> words;
  absl::node_hash_map<std::string_view, Names> maintainers;
};

}  // namespace package_index
