// SPDX-License-Identifier: Apache-2.0
//
// Adds strings and functions to a profile without duplicating those that it has. Thread-compatible. Borrows the
// profile, whose strings and functions must not be changed in another way meanwhile.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "profiler/model/profile.h"

namespace bucketprof::symbolize {

class ProfileInterner {
 public:
  explicit ProfileInterner(model::Profile& profile);

  model::StringId string(std::string_view text);
  model::FunctionId function(const model::Function& function);

 private:
  struct HashFunction {
    std::size_t operator()(const model::Function& function) const;
  };
  struct HashText {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  model::Profile& profile_;
  std::unordered_map<std::string, model::StringId, HashText, std::equal_to<>> strings_;
  std::unordered_map<model::Function, model::FunctionId, HashFunction> functions_;
};

}  // namespace bucketprof::symbolize
