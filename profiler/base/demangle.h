// SPDX-License-Identifier: Apache-2.0
//
// The compiler's own demangler, applied only to mangled names: it would also read "f" as the type float.
#pragma once

#include <string>

namespace bucketprof {

/// The demangled name with template and call arguments; `linkage_name` itself if it is not a mangled C++ name.
[[nodiscard]] std::string demangled(const std::string& linkage_name);

}  // namespace bucketprof
