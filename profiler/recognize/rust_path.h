// SPDX-License-Identifier: Apache-2.0
//
// The path in a name of Rust's v0 mangling (https://doc.rust-lang.org/rustc/symbol-mangling/v0.html).
#pragma once

#include <string>
#include <string_view>

namespace bucketprof::recognize {

/// The path without generics, for example "alloc::vec::Vec::push". A function of an impl has the path of the type, also
/// if it is a trait's: <Vec<T> as Clone>::clone is "alloc::vec::Vec::clone". What a default method of a trait was
/// compiled for is left out. Of a damaged name, what could be read. `name` starts with "_R".
[[nodiscard]] std::string rust_path(std::string_view name);

}  // namespace bucketprof::recognize
