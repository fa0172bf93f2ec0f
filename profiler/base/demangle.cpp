// SPDX-License-Identifier: Apache-2.0
#include "profiler/base/demangle.h"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>

namespace bucketprof {

std::string demangled(const std::string& linkage_name) {
  if (!linkage_name.starts_with("_Z")) return linkage_name;
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> text(
      abi::__cxa_demangle(linkage_name.c_str(), nullptr, nullptr, &status), std::free);
  return status == 0 && text ? std::string(text.get()) : linkage_name;
}

}  // namespace bucketprof
