// SPDX-License-Identifier: Apache-2.0
//
// Classifies a mapping by its file name.
#pragma once

#include <string_view>

namespace bucketprof::model {

/// Whether `file` is a shared library ("x.so", "x.so.1", "x.so_1") or a kernel mapping ("[vdso]"), not the main binary.
[[nodiscard]] inline bool is_side_module(std::string_view file) {
  if (file.starts_with('[')) return true;
  const std::size_t so = file.rfind(".so");
  if (so == std::string_view::npos) return false;
  const std::string_view rest = file.substr(so + 3);
  return rest.empty() || ((rest[0] == '.' || rest[0] == '_') && rest.size() > 1 && rest[1] >= '0' && rest[1] <= '9');
}

}  // namespace bucketprof::model
