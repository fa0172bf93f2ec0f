// SPDX-License-Identifier: Apache-2.0
//
// The compiler's own demangler, kept to names that are mangled: it would also take "f" for the type float.
// Thread-safe (no state).
#include "profiler/symbolize/function_name.h"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>

#include "profiler/base/cxx_name.h"

namespace bucketprof::symbolize {

std::string demangle(const std::string& linkage_name) {
  if (!linkage_name.starts_with("_Z")) return linkage_name;
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> text(
      abi::__cxa_demangle(linkage_name.c_str(), nullptr, nullptr, &status), std::free);
  return status == 0 && text ? qualified_name(text.get()) : linkage_name;
}

}  // namespace bucketprof::symbolize
