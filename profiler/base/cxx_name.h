// SPDX-License-Identifier: Apache-2.0
//
// Reduces demangled C++ function names to the qualified name, for display and for rules that match frames. Names of
// other languages pass through nearly unchanged. Works on text only and must never demangle.
#pragma once

#include <string>
#include <string_view>

namespace bucketprof {

/// The qualified name without any template arguments: for `std::enable_if<x>::type a::B<c>::d<e>(int) const` it is
/// `a::B::d`. Return type, call arguments, cv qualifiers, `[abi:...]` and `[clone ...]` are dropped, too; a lambda
/// remains as `{lambda#1}`.
[[nodiscard]] std::string qualified_name(std::string_view demangled);

}  // namespace bucketprof
