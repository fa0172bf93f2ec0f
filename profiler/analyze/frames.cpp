// SPDX-License-Identifier: Apache-2.0
//
// Each function is classified once. Thread-compatible.
#include "profiler/analyze/frames.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "profiler/base/cxx_name.h"

namespace bucketprof::analyze {

bool is_container_code(std::string_view function) {
  const std::string name = qualified_name(function);
  return std::any_of(kContainerCode.begin(), kContainerCode.end(),
                     [&name](std::string_view prefix) { return name.starts_with(prefix); });
}

Frames::Frames(const model::Profile& profile) : profile_(profile) {
  container_.reserve(profile.functions.size());
  for (const model::Function& function : profile.functions) {
    container_.push_back(is_container_code(profile.str(function.name)));
  }
}

FrameRef Frames::caller(std::size_t sample) const {
  FrameRef last;
  for (const model::LocationId id : profile_.stack(sample)) {
    const model::Location& location = profile_.locations[id];
    if (location.lines.empty()) return {id, model::kNone, 0};
    for (const model::Line& line : location.lines) {
      last = {id, line.function, line.line};
      if (!container_[line.function]) return last;
    }
  }
  return last;
}

std::vector<Frame> Frames::stack(std::size_t sample) const {
  std::vector<Frame> frames;
  for (const model::LocationId id : profile_.stack(sample)) {
    const auto& lines = profile_.locations[id].lines;
    if (lines.empty()) frames.push_back(describe({id, model::kNone, 0}));
    for (const model::Line& line : lines) frames.push_back(describe({id, line.function, line.line}));
  }
  return frames;
}

Frame Frames::describe(const FrameRef& frame) const {
  if (frame.function != model::kNone) {
    const model::Function& function = profile_.functions[frame.function];
    return {std::string(profile_.str(function.name)), std::string(profile_.str(function.file)), frame.line};
  }
  if (frame.location == model::kNone) return {"(no stack)", "", 0};
  const model::Location& location = profile_.locations[frame.location];
  if (location.mapping == model::kNone) return {fmt::format("{:#x}", location.address), "", 0};
  const model::Mapping& mapping = profile_.mappings[location.mapping];
  std::string_view file = profile_.str(mapping.file);
  file.remove_prefix(file.rfind('/') + 1);  // npos + 1 is 0
  return {fmt::format("{}+{:#x}", file, location.address - mapping.start + mapping.offset), "", 0};
}

}  // namespace bucketprof::analyze
