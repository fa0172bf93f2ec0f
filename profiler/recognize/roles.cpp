// SPDX-License-Identifier: Apache-2.0
#include "profiler/recognize/roles.h"

#include <algorithm>
#include <string_view>

namespace bucketprof::recognize {

Roles::Roles(const model::Profile& profile) {
  roles_.reserve(profile.functions.size());
  for (const model::Function& function : profile.functions) {
    const std::string_view name = profile.str(function.name);
    roles_.push_back(role_of(name, profile.str(function.file)));
    if (roles_.back().owner != Owner::kCommon) continue;
    common_.emplace(static_cast<model::FunctionId>(roles_.size() - 1), common_roles(name));
  }
}

const Role* Roles::common(model::FunctionId function, const Implementation* table) const {
  const auto known = common_.find(function);
  if (known == common_.end()) return nullptr;
  const auto role = std::ranges::find(known->second, table, &Role::table);
  return role == known->second.end() || table == nullptr ? nullptr : &*role;
}

}  // namespace bucketprof::recognize
