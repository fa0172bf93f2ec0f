// SPDX-License-Identifier: Apache-2.0
#include "profiler/symbolize/function_name.h"

#include <algorithm>

#include "profiler/base/cxx_name.h"
#include "profiler/base/demangle.h"

namespace bucketprof::symbolize {
namespace {

/// A qualified name without the hash that Rust's legacy mangling puts at its end, "::h" and 16 digits: it is another
/// one in each build, so that the same function would be taken for another.
std::string without_hash(std::string name) {
  constexpr std::size_t kHash = 19;
  if (name.size() <= kHash || name.compare(name.size() - kHash, 3, "::h") != 0) return name;
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (std::all_of(name.end() - (kHash - 3), name.end(), is_digit)) name.resize(name.size() - kHash);
  return name;
}

}  // namespace

std::string demangle(const std::string& linkage_name) {
  const std::string text = demangled(linkage_name);
  return text == linkage_name ? linkage_name : without_hash(qualified_name(text));
}

}  // namespace bucketprof::symbolize
