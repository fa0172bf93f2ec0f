// SPDX-License-Identifier: Apache-2.0
//
// The two names of a function and how the first is made from the second. Names are as pprof makes them from C++: the
// qualified name without arguments and template arguments, so that a flame graph can be read. Thread-safe (no state).
#pragma once

#include <cstdint>
#include <string>

namespace bucketprof::symbolize {

struct FunctionName {
  std::string name;         // a::B::f
  std::string system_name;  // as the linker knows it, or with the template arguments of its classes
  std::string file;         // where it is declared; "" if not known
  std::int64_t line = 0;    // the line of the declaration; 0 if not known
};

/// The qualified name that a linkage name stands for; the name itself if it is not a mangled one.
[[nodiscard]] std::string demangle(const std::string& linkage_name);

}  // namespace bucketprof::symbolize
