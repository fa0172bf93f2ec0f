// SPDX-License-Identifier: Apache-2.0
//
// Interning: every element is hashed by its content and compared with the elements of its table that have the same
// hash. A sample is identified by its frames and its sorted labels.
#include "profiler/model/builder.h"

#include <algorithm>
#include <cassert>
#include <functional>
#include <string>
#include <utility>

#include "profiler/base/hash.h"
#include "profiler/base/saturating.h"
#include "profiler/base/utf8.h"
#include "profiler/model/labels.h"
#include "profiler/model/our_frames.h"
#include "profiler/model/schema.h"

namespace bucketprof::model {
namespace {

std::uint64_t hash_text(std::string_view text) { return mix(std::hash<std::string_view>{}(text), text.size()); }

std::uint64_t hash_of(const Mapping& m) {
  std::uint64_t h = mix(m.start, m.limit);
  h = mix(h, m.offset);
  h = mix(h, std::uint64_t{m.file} << 32 | m.build_id);
  return mix(h, m.has_functions | m.has_filenames << 1 | m.has_line_numbers << 2 | m.has_inline_frames << 3);
}

std::uint64_t hash_of(const Function& f) {
  const std::uint64_t h = mix(f.name, std::uint64_t{f.system_name} << 32 | f.file);
  return mix(h, static_cast<std::uint64_t>(f.start_line));
}

std::uint64_t hash_of(const Location& l) {
  std::uint64_t h = mix(l.address, std::uint64_t{l.mapping} << 1 | l.is_folded);
  for (const Line& line : l.lines) h = mix(mix(h, line.function), static_cast<std::uint64_t>(line.line));
  return h;
}

std::uint64_t hash_of(const Label& l) {
  const std::uint64_t h = mix(std::uint64_t{l.key} << 32 | l.str, std::uint64_t{l.unit} << 1 | l.is_number);
  return mix(h, static_cast<std::uint64_t>(l.num));
}

std::uint64_t hash_of(std::span<const LocationId> stack, std::span<const Label> labels) {
  std::uint64_t h = stack.size();
  for (const LocationId id : stack) h = mix(h, id);
  for (const Label& label : labels) h = mix(h, hash_of(label));
  return h;
}

template <class T>
std::uint32_t intern(IndexTable& table, std::vector<T>& elements, T element) {
  const auto next = static_cast<std::uint32_t>(elements.size());
  const std::uint32_t id =
      table.find_or_insert(hash_of(element), next, [&](std::uint32_t i) { return elements[i] == element; });
  if (id == next) elements.push_back(std::move(element));
  return id;
}

}  // namespace

Builder Builder::ours(std::int64_t period) {
  Builder builder{Profile{}};
  Profile& profile = builder.profile_;
  for (const SampleTypeName& name : kSampleTypes) {
    // Separate statements, so that the order of the string table does not depend on the compiler.
    const StringId type = builder.string(name.type);
    profile.sample_types.push_back({type, builder.string(name.unit)});
  }
  profile.default_sample_type = builder.string(kDefaultSampleType);
  profile.period_type.type = builder.string(kPeriodType.type);
  profile.period_type.unit = builder.string(kPeriodType.unit);
  profile.period = period;
  profile.drop_frames = builder.string(drop_frames());
  return builder;
}

Builder::Builder(Profile empty) : profile_(std::move(empty)) {
  const std::vector<std::string>& strings = profile_.strings;
  for (std::uint32_t i = 0; i < strings.size(); ++i) {
    strings_.find_or_insert(hash_text(strings[i]), i,
                            [&](std::uint32_t other) { return strings[other] == strings[i]; });
  }
}

StringId Builder::string(std::string_view text) {
  if (!is_utf8(text)) return string(to_utf8(text));
  std::vector<std::string>& strings = profile_.strings;
  const auto next = static_cast<std::uint32_t>(strings.size());
  const StringId id =
      strings_.find_or_insert(hash_text(text), next, [&](std::uint32_t i) { return strings[i] == text; });
  if (id == next) strings.emplace_back(text);
  return id;
}

MappingId Builder::mapping(const Mapping& mapping) { return intern(mappings_, profile_.mappings, mapping); }

FunctionId Builder::function(const Function& function) { return intern(functions_, profile_.functions, function); }

LocationId Builder::location(Location location) { return intern(locations_, profile_.locations, std::move(location)); }

void Builder::comment(std::string_view text) {
  const StringId id = string(text);
  if (std::find(profile_.comments.begin(), profile_.comments.end(), id) == profile_.comments.end()) {
    profile_.comments.push_back(id);
  }
}

Label Builder::label(std::string_view key, std::string_view value) {
  Label label;
  label.key = string(key);
  label.str = string(value);
  return label;
}

Label Builder::label(std::string_view key, std::int64_t value, std::string_view unit) {
  Label label;
  label.key = string(key);
  label.unit = string(unit);
  label.is_number = true;
  label.num = value;
  return label;
}

void Builder::reserve(std::size_t samples, std::size_t frames, std::size_t labels) {
  profile_.samples.reserve(profile_.samples.size() + samples);
  profile_.value_pool.reserve(profile_.value_pool.size() + samples * profile_.sample_types.size());
  profile_.frame_pool.reserve(profile_.frame_pool.size() + frames);
  profile_.label_pool.reserve(profile_.label_pool.size() + labels);
}

void Builder::sample(std::span<const LocationId> stack, std::span<const Label> labels,
                     std::span<const std::int64_t> values) {
  const std::size_t types = profile_.sample_types.size();
  assert(values.size() == types);
  scratch_.assign(labels.begin(), labels.end());
  sort_labels(profile_, scratch_);
  const auto next = static_cast<std::uint32_t>(profile_.samples.size());
  const std::uint32_t id = samples_.find_or_insert(hash_of(stack, scratch_), next, [&](std::uint32_t i) {
    return std::ranges::equal(profile_.stack(i), stack) && std::ranges::equal(profile_.labels(i), scratch_);
  });
  if (id == next) {
    profile_.samples.push_back({profile_.frame_pool.size(), profile_.label_pool.size(),
                                static_cast<std::uint32_t>(stack.size()), static_cast<std::uint32_t>(scratch_.size())});
    profile_.frame_pool.insert(profile_.frame_pool.end(), stack.begin(), stack.end());
    profile_.label_pool.insert(profile_.label_pool.end(), scratch_.begin(), scratch_.end());
    profile_.value_pool.insert(profile_.value_pool.end(), values.begin(), values.end());
    return;
  }
  std::int64_t* sums = profile_.value_pool.data() + id * types;
  for (std::size_t i = 0; i < types; ++i) add_saturated(sums[i], values[i]);
}

}  // namespace bucketprof::model
