// SPDX-License-Identifier: Apache-2.0
//
// A stack of a known table, as symbolized, and the labels that it gets.
#pragma once

#include <string>
#include <vector>

namespace bucketprof::recognize {

struct StackCase {
  std::string kind;
  std::string part;
  std::string cause;
  std::vector<std::string> frames;  // of the table and of what it calls, the leaf first
};

// Frames between a table and the system's allocator.
inline const std::string kNew = "operator new";
inline const std::string kStdAllocate = "std::__new_allocator::allocate";
inline const std::string kTraits = "std::allocator_traits::allocate";

}  // namespace bucketprof::recognize
