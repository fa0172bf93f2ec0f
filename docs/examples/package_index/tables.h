// SPDX-License-Identifier: Apache-2.0
//
// The hash tables of the index. Their types and names are all that a program changes to have its tables profiled.
#pragma once

#include <string>
#include <string_view>

#include "package_index/package.h"
#include "profiler/containers_map.h"
#include "profiler/containers_std.h"

namespace package_index {

struct Tables {
  bucketprof::profiled::Map<std::string_view, Package> packages{bucketprof::named("packages")};
  bucketprof::profiled::Map<std::string_view, Names> dependents{bucketprof::named("dependents")};
  bucketprof::profiled::Map<std::string, Names> words{bucketprof::named("words")};
  bucketprof::profiled::unordered_map<std::string_view, Names> maintainers{bucketprof::named("maintainers")};
};

}  // namespace package_index
