// SPDX-License-Identifier: Apache-2.0
//
// Names that stay the same from build to build, by which tables and sites of two profiles are paired. What a compiler,
// an optimiser or a move of code adds to a name is not in them. Thread-safe (no state).
#pragma once

#include <string>
#include <string_view>

namespace bucketprof::analyze {

/// Of a function's name, demangled or as in a symbol table: no return type, template and call arguments, no clone
/// (".part.0", "[clone .isra.1]"), no anonymous namespace, no namespace that looks inline ("v2", "__1", "lts_20220623",
/// "_V2"), and each lambda, however its compiler numbers it, is "{lambda}" of the function around it:
/// `shop::load::{lambda}` for g++'s `shop::v2::load(int)::{lambda(int)#2}::operator()(int) const` and for clang's
/// `shop::load(int)::$_1::operator()(int) const`. Two overloads, and two lambdas of one function, have one name; all
/// code that initializes variables before main is "{static initialization}".
[[nodiscard]] std::string stable_function_name(std::string_view name);

/// Of a table's name, which may be a type's: no anonymous and inline namespaces.
[[nodiscard]] std::string stable_table_name(std::string_view name);

}  // namespace bucketprof::analyze
