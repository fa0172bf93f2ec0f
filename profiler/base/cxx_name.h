// SPDX-License-Identifier: Apache-2.0
//
// Reduces demangled C++ function names to the qualified name, for display and for rules that match frames, and splits
// it. Names of other languages pass through nearly unchanged. Works on text only and must never demangle.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bucketprof {

/// The qualified name without any template arguments: for `std::enable_if<x>::type a::B<c>::d<e>(int) const` it is
/// `a::B::d`. Return type, call arguments, cv qualifiers, `[abi:...]` and `[clone ...]` are dropped, too; a lambda
/// remains as `{lambda#1}`.
[[nodiscard]] std::string qualified_name(std::string_view demangled);

/// The parts of a qualified name between each "::" outside of brackets, at least one. They are parts of `qualified`.
[[nodiscard]] std::vector<std::string_view> components(std::string_view qualified);

}  // namespace bucketprof
