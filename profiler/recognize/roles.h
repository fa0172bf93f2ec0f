// SPDX-License-Identifier: Apache-2.0
//
// The roles of the functions of a profile: each name is matched once. Thread-compatible.
#pragma once

#include <unordered_map>
#include <vector>

#include "profiler/model/profile.h"
#include "profiler/recognize/implementations.h"

namespace bucketprof::recognize {

class Roles {
 public:
  explicit Roles(const model::Profile& profile);

  [[nodiscard]] const Role& operator[](model::FunctionId function) const { return roles_[function]; }

  /// What a function of a common name is as one of `table`; nullptr if that has no such function, or is nullptr.
  [[nodiscard]] const Role* common(model::FunctionId function, const Implementation* table) const;

 private:
  std::vector<Role> roles_;                                          // by FunctionId
  std::unordered_map<model::FunctionId, std::vector<Role>> common_;  // of functions of common names
};

}  // namespace bucketprof::recognize
