// SPDX-License-Identifier: Apache-2.0
//
// Classifies each function once, then rebuilds the profile sample by sample.
#include "profiler/symbolize/prune.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "profiler/base/cxx_name.h"
#include "profiler/model/builder.h"
#include "profiler/model/our_frames.h"

namespace bucketprof::symbolize {
namespace {

constexpr std::string_view kAnonymous = "(anonymous namespace)::";

// Types are in PascalCase and functions in snake_case, so a name in `alloc` without capitals is a free function.
bool is_free_function(std::string_view below_namespace) {
  if (below_namespace.starts_with(kAnonymous)) below_namespace.remove_prefix(kAnonymous.size());
  return std::none_of(below_namespace.begin(), below_namespace.end(),
                      [](unsigned char c) { return std::isupper(c) != 0; });
}

/// Whether `name` is below namespace `space`. Removes "space::" then.
bool is_below(std::string_view& name, std::string_view space) {
  if (!name.starts_with(space) || !name.substr(space.size()).starts_with("::")) return false;
  name.remove_prefix(space.size() + 2);
  return true;
}

class Pruner {
 public:
  Pruner(const model::Profile& profile, std::vector<FrameKind> kinds)
      : profile_(profile), kinds_(std::move(kinds)), builder_(header_of(profile)) {}

  model::Profile run() && {
    for (const model::Mapping& mapping : profile_.mappings) {
      model::Mapping copy = mapping;
      copy.file = text(mapping.file);
      copy.build_id = text(mapping.build_id);
      builder_.mapping(copy);
    }
    for (std::size_t i = 0; i < profile_.samples.size(); ++i) add_sample(i);
    return std::move(builder_).finish();
  }

 private:
  struct Cut {
    std::size_t frame = 0;  // frames before this one are removed
    std::size_t line = 0;   // and, in this frame, the lines before this one
  };

  static model::Profile header_of(const model::Profile& from) {
    model::Profile to;
    const auto keep = [&](model::StringId id) {
      const auto known = std::find(to.strings.begin(), to.strings.end(), from.str(id));
      if (known != to.strings.end()) return static_cast<model::StringId>(known - to.strings.begin());
      to.strings.emplace_back(from.str(id));
      return static_cast<model::StringId>(to.strings.size() - 1);
    };
    for (const model::ValueType& type : from.sample_types)
      to.sample_types.push_back({keep(type.type), keep(type.unit)});
    to.default_sample_type = keep(from.default_sample_type);
    to.period_type = {keep(from.period_type.type), keep(from.period_type.unit)};
    to.period = from.period;
    to.time_nanos = from.time_nanos;
    to.duration_nanos = from.duration_nanos;
    to.drop_frames = keep(from.drop_frames);
    to.keep_frames = keep(from.keep_frames);
    for (const model::StringId comment : from.comments) to.comments.push_back(keep(comment));
    return to;
  }

  model::StringId text(model::StringId id) { return builder_.string(profile_.str(id)); }
  FrameKind kind(const model::Line& line) const { return kinds_[line.function]; }

  Cut find_cut(std::span<const model::LocationId> stack) const {
    bool user = false;
    for (std::size_t i = stack.size(); i-- > 0;) {
      const auto& lines = profile_.locations[stack[i]].lines;
      if (lines.empty()) user = true;
      for (std::size_t j = lines.size(); j-- > 0;) {
        if (kind(lines[j]) == FrameKind::kCut && user) return {i, j + 1};
        user = user || kind(lines[j]) == FrameKind::kUser;
      }
    }
    return {};
  }

  // The location with its lines from `first` on, without hidden ones; kNone if no line is left.
  model::LocationId keep_location(model::LocationId id, std::size_t first) {
    const model::Location& old = profile_.locations[id];
    model::Location location{old.mapping, old.address, {}, old.is_folded};
    for (std::size_t i = first; i < old.lines.size(); ++i) {
      if (kind(old.lines[i]) == FrameKind::kHidden) continue;
      const model::Function& function = profile_.functions[old.lines[i].function];
      location.lines.push_back({builder_.function({text(function.name), text(function.system_name), text(function.file),
                                                   function.start_line}),
                                old.lines[i].line});
    }
    if (location.lines.empty() && !old.lines.empty()) return model::kNone;
    return builder_.location(std::move(location));
  }

  void add_sample(std::size_t index) {
    const auto stack = profile_.stack(index);
    const Cut cut = find_cut(stack);
    frames_.clear();
    for (std::size_t i = cut.frame; i < stack.size(); ++i) {
      const bool partial = i == cut.frame && cut.line != 0;
      model::LocationId id = partial ? keep_location(stack[i], cut.line) : whole(stack[i]);
      if (id != model::kNone) frames_.push_back(id);
    }
    labels_.assign(profile_.labels(index).begin(), profile_.labels(index).end());
    for (model::Label& label : labels_) {
      label.key = text(label.key);
      label.str = text(label.str);
      label.unit = text(label.unit);
    }
    builder_.sample(frames_, labels_, profile_.values(index));
  }

  model::LocationId whole(model::LocationId id) {
    if (whole_.empty()) whole_.assign(profile_.locations.size(), {false, model::kNone});
    if (!std::exchange(whole_[id].first, true)) whole_[id].second = keep_location(id, 0);
    return whole_[id].second;
  }

  const model::Profile& profile_;
  std::vector<FrameKind> kinds_;
  model::Builder builder_;
  std::vector<std::pair<bool, model::LocationId>> whole_;  // whether it is set; new id
  std::vector<model::LocationId> frames_;
  std::vector<model::Label> labels_;
};

}  // namespace

FrameKind frame_kind(std::string_view demangled) {
  const bool of_traits = demangled.find(model::kAllocatorTraits) != demangled.npos;
  if (!of_traits && demangled.find(model::kOurNamespace) == demangled.npos) return FrameKind::kUser;
  const std::string qualified = qualified_name(demangled);
  std::string_view name = qualified;
  if (is_below(name, model::kAllocatorTraits)) {
    const std::string arguments =
        fmt::format("{}<{}{}::", model::kAllocatorTraits, model::kOurNamespace, model::kAllocatorNamespace);
    const bool ours = demangled.find(arguments) != demangled.npos || demangled.find('<') == demangled.npos;
    return ours && name == model::kAllocate ? FrameKind::kCut : FrameKind::kUser;
  }
  if (!name.starts_with(model::kOurNamespace)) return FrameKind::kUser;
  name.remove_prefix(model::kOurNamespace.size());
  for (const std::string_view recorder : model::kRecorderNamespaces) {
    if (is_below(name, recorder)) return FrameKind::kCut;
  }
  if (name == model::kAllocatePart) return FrameKind::kCut;
  if (!is_below(name, model::kAllocatorNamespace)) return FrameKind::kUser;
  const std::string_view last = name.substr(name.rfind(':') + 1);  // npos + 1 is 0
  const bool leads_into_recorder = is_free_function(name) || last.find(model::kAllocate) != last.npos;
  return leads_into_recorder ? FrameKind::kCut : FrameKind::kHidden;
}

model::Profile prune(model::Profile profile) {
  std::vector<FrameKind> kinds;
  kinds.reserve(profile.functions.size());
  for (const model::Function& function : profile.functions) kinds.push_back(frame_kind(profile.str(function.name)));
  if (std::all_of(kinds.begin(), kinds.end(), [](FrameKind kind) { return kind == FrameKind::kUser; })) return profile;
  return Pruner(profile, std::move(kinds)).run();
}

}  // namespace bucketprof::symbolize
