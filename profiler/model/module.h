// SPDX-License-Identifier: Apache-2.0
//
// What a mapping's file name says about it. Thread-safe (no state).
#pragma once

#include <string_view>

namespace bucketprof::model {

/// A shared library ("x.so", "x.so.1", "x.so_1") or a mapping of the kernel ("[vdso]"): not the main binary.
[[nodiscard]] inline bool is_side_module(std::string_view file) {
  if (file.starts_with('[')) return true;
  const std::size_t so = file.rfind(".so");
  if (so == std::string_view::npos) return false;
  const std::string_view rest = file.substr(so + 3);
  return rest.empty() || ((rest[0] == '.' || rest[0] == '_') && rest.size() > 1 && rest[1] >= '0' && rest[1] <= '9');
}

}  // namespace bucketprof::model
