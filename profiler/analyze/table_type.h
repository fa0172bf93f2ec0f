// SPDX-License-Identifier: Apache-2.0
//
// What a table's function says of the types of its entries. Thread-safe (no state).
#pragma once

#include <string>
#include <string_view>

namespace bucketprof::analyze {

struct TableType {
  std::string entry;   // "string -> Cart", in the short form of alloc/type_name.h; "" if the name does not tell
  std::string policy;  // first template argument without its own, which tells nodes from flat tables; ""
};

/// `demangled` is a function's name with its template arguments, of a class that is known.
[[nodiscard]] TableType table_type(std::string_view demangled);

}  // namespace bucketprof::analyze
