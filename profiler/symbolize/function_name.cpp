// SPDX-License-Identifier: Apache-2.0
#include "profiler/symbolize/function_name.h"

#include "profiler/base/cxx_name.h"
#include "profiler/base/demangle.h"

namespace bucketprof::symbolize {

std::string demangle(const std::string& linkage_name) {
  const std::string text = demangled(linkage_name);
  return text == linkage_name ? linkage_name : qualified_name(text);
}

}  // namespace bucketprof::symbolize
