// SPDX-License-Identifier: Apache-2.0
//
// Reads demangled C++ function names: the qualified name alone, for people and for rules that match frames. Names of
// other languages pass through nearly unchanged.
// Thread-safe (no state). Works on text alone: it must never be asked to demangle.
#pragma once

#include <string>
#include <string_view>

namespace bucketprof {

/// `a::B<c>::d<e>` of `std::enable_if<x>::type a::B<c>::d<e>(int) const`, with every template argument list left out:
/// `a::B::d`. Return type, call arguments, cv words, `[abi:...]` and `[clone ...]` go too; a lambda stays as
/// `{lambda#1}`.
[[nodiscard]] std::string qualified_name(std::string_view demangled);

}  // namespace bucketprof
