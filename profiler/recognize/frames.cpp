// SPDX-License-Identifier: Apache-2.0
#include "profiler/recognize/frames.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>

#include "profiler/recognize/implementations.h"

namespace bucketprof::recognize {

bool is_container_code(Owner owner) {
  return owner != Owner::kUser && owner != Owner::kCommon && owner != Owner::kNameless;
}

bool is_container_code(std::string_view function) { return is_container_code(role_of(function).owner); }

FrameRef Frames::caller(std::size_t sample) const {
  FrameRef last;
  std::optional<FrameRef> doubtful;
  const Implementation* inside = nullptr;  // the table that the frame before is of
  for (const model::LocationId id : profile_.stack(sample)) {
    const model::Location& location = profile_.locations[id];
    if (location.lines.empty()) {
      last = {id, model::kNone, 0};
      inside = nullptr;
      if (!doubtful) doubtful = last;
    }
    for (const model::Line& line : location.lines) {
      last = {id, line.function, line.line};
      const Role& role = roles_[line.function];
      const Owner owner = role.owner;
      if (roles_.common(line.function, inside) != nullptr) continue;
      if (role.anchors && doubtful && roles_.common(doubtful->function, role.table) != nullptr) {
        inside = role.table;
        doubtful.reset();
        continue;
      }
      inside = owner == Owner::kTable ? role.table : nullptr;
      if (owner == Owner::kUser || (doubtful && owner == Owner::kLibrary)) return doubtful.value_or(last);
      if (owner == Owner::kCommon || owner == Owner::kNameless) {
        if (!doubtful) doubtful = last;
      } else {
        doubtful.reset();
      }
    }
  }
  return doubtful.value_or(last);
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

}  // namespace bucketprof::recognize
