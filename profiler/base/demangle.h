// SPDX-License-Identifier: Apache-2.0
//
// The compiler's own demangler, kept to names that are mangled: it would also take "f" for the type float.
// Thread-safe (no state).
#pragma once

#include <string>

namespace bucketprof {

/// A linkage name with its template arguments and call arguments; the name itself if it is not a mangled one of C++.
[[nodiscard]] std::string demangled(const std::string& linkage_name);

}  // namespace bucketprof
