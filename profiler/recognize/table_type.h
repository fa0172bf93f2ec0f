// SPDX-License-Identifier: Apache-2.0
//
// Extracts the key and value types of a hash table from the name of one of its functions.
#pragma once

#include <string>
#include <string_view>

namespace bucketprof::recognize {

struct TableType {
  std::string entry;   // "string -> Cart", in the short form of alloc/type_name.h; "" if the name does not have it
  std::string policy;  // first template argument without its own arguments: it differs for node and flat tables; or ""
};

/// `demangled` is a function name with template arguments. Both members are "" unless it is of a known class template.
[[nodiscard]] TableType table_type(std::string_view demangled);

}  // namespace bucketprof::recognize
