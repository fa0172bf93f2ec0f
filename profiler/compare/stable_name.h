// SPDX-License-Identifier: Apache-2.0
//
// Stable names: names of tables and functions that do not change from build to build, used to pair the rows of two
// profiles. They omit whatever depends on the compiler, its optimisations or the position of the code.
#pragma once

#include <string>
#include <string_view>

namespace bucketprof::compare {

/// The stable name of a function, from its demangled name or its symbol. It has no return type, template arguments or
/// call arguments, no clone suffix (".part.0", "[clone .isra.1]"), no anonymous namespace and no namespace that looks
/// inline ("v2", "__1", "lts_20220623", "_V2"). A lambda is "{lambda}" in its enclosing function, without its number:
/// `shop::load::{lambda}` for g++'s `shop::v2::load(int)::{lambda(int)#2}::operator()(int) const` and for clang's
/// `shop::load(int)::$_1::operator()(int) const`. Overloads share a name, and so do the lambdas of one function. All
/// code that initializes variables before main is "{static initialization}".
[[nodiscard]] std::string stable_function_name(std::string_view name);

/// The stable name of a table, whose name may be a type: without anonymous and inline namespaces.
[[nodiscard]] std::string stable_table_name(std::string_view name);

}  // namespace bucketprof::compare
