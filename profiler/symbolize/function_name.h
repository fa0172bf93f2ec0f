// SPDX-License-Identifier: Apache-2.0
//
// The two names of a function, and how the first is made from the second. Names have the form that pprof uses for C++:
// the qualified name without arguments and template arguments, so that a flame graph is readable.
#pragma once

#include <cstdint>
#include <string>

namespace bucketprof::symbolize {

struct FunctionName {
  std::string name;         // a::B::f
  std::string system_name;  // linkage name; else the plain name, qualified if its scope has template arguments
  std::string file;         // file of the declaration; "" if not known
  std::int64_t line = 0;    // line of the declaration; 0 if not known
};

/// The qualified name for a linkage name; the name itself if it is not mangled.
[[nodiscard]] std::string demangle(const std::string& linkage_name);

}  // namespace bucketprof::symbolize
