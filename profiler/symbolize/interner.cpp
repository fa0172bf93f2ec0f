// SPDX-License-Identifier: Apache-2.0
//
// Two hash tables index the profile's strings and functions.
#include "profiler/symbolize/interner.h"

namespace bucketprof::symbolize {

std::size_t Interner::HashFunction::operator()(const model::Function& function) const {
  std::size_t hash = function.name;
  for (const std::size_t part :
       {std::size_t{function.system_name}, std::size_t{function.file}, static_cast<std::size_t>(function.start_line)}) {
    hash = hash * 0x9e3779b97f4a7c15U + part;
  }
  return hash ^ (hash >> 29);
}

Interner::Interner(model::Profile& profile) : profile_(profile) {
  for (std::size_t i = 0; i < profile.strings.size(); ++i)
    strings_.emplace(profile.strings[i], static_cast<model::StringId>(i));
  for (std::size_t i = 0; i < profile.functions.size(); ++i)
    functions_.emplace(profile.functions[i], static_cast<model::FunctionId>(i));
}

model::StringId Interner::string(std::string_view text) {
  if (const auto known = strings_.find(text); known != strings_.end()) return known->second;
  const auto id = static_cast<model::StringId>(profile_.strings.size());
  profile_.strings.emplace_back(text);
  strings_.emplace(text, id);
  return id;
}

model::FunctionId Interner::function(const model::Function& function) {
  const auto [place, added] = functions_.emplace(function, static_cast<model::FunctionId>(profile_.functions.size()));
  if (added) profile_.functions.push_back(function);
  return place->second;
}

}  // namespace bucketprof::symbolize
