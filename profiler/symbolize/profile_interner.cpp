// SPDX-License-Identifier: Apache-2.0
//
// Two hash tables index the profile's strings and functions.
#include "profiler/symbolize/profile_interner.h"

#include <cstdint>
#include <iterator>

#include "profiler/base/hash.h"

namespace bucketprof::symbolize {

std::size_t ProfileInterner::HashFunction::operator()(const model::Function& function) const {
  const std::uint64_t parts[] = {function.name, function.system_name, function.file,
                                 static_cast<std::uint64_t>(function.start_line)};
  return hash_words(parts, std::size(parts));
}

ProfileInterner::ProfileInterner(model::Profile& profile) : profile_(profile) {
  for (std::size_t i = 0; i < profile.strings.size(); ++i)
    strings_.emplace(profile.strings[i], static_cast<model::StringId>(i));
  for (std::size_t i = 0; i < profile.functions.size(); ++i)
    functions_.emplace(profile.functions[i], static_cast<model::FunctionId>(i));
}

model::StringId ProfileInterner::string(std::string_view text) {
  if (const auto known = strings_.find(text); known != strings_.end()) return known->second;
  const auto id = static_cast<model::StringId>(profile_.strings.size());
  profile_.strings.emplace_back(text);
  strings_.emplace(text, id);
  return id;
}

model::FunctionId ProfileInterner::function(const model::Function& function) {
  const auto [place, added] = functions_.emplace(function, static_cast<model::FunctionId>(profile_.functions.size()));
  if (added) profile_.functions.push_back(function);
  return place->second;
}

}  // namespace bucketprof::symbolize
