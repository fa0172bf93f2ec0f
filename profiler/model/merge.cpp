// SPDX-License-Identifier: Apache-2.0
//
// Merging follows pprof's profile.Merge. Each source's ids are mapped to ids of the result table by table, so a sample
// is rewritten by array look-ups only.
#include "profiler/model/merge.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "profiler/base/saturating.h"
#include "profiler/model/builder.h"

namespace bucketprof::model {
namespace {

std::string name_of(const Profile& p, const ValueType& t) { return fmt::format("{}/{}", p.str(t.type), p.str(t.unit)); }

Status check_compatible(const Profile& a, const Profile& b, std::size_t number) {
  if (name_of(a, a.period_type) != name_of(b, b.period_type)) {
    return Error{fmt::format("profiles 1 and {} cannot be merged: their period types are {} and {}", number,
                             name_of(a, a.period_type), name_of(b, b.period_type))};
  }
  if (a.sample_types.size() != b.sample_types.size()) {
    return Error{fmt::format("profiles 1 and {} cannot be merged: they have {} and {} sample types", number,
                             a.sample_types.size(), b.sample_types.size())};
  }
  for (std::size_t i = 0; i < a.sample_types.size(); ++i) {
    if (name_of(a, a.sample_types[i]) != name_of(b, b.sample_types[i])) {
      return Error{fmt::format("profiles 1 and {} cannot be merged: sample type {} is {} and {}", number, i + 1,
                               name_of(a, a.sample_types[i]), name_of(b, b.sample_types[i]))};
    }
  }
  return ok_status();
}

class Merger {
 public:
  explicit Merger(const Profile& first) : out_(Profile{}) {
    Profile& header = out_.header();
    for (const ValueType& type : first.sample_types) header.sample_types.push_back(copy(first, type));
    header.period_type = copy(first, first.period_type);
    header.drop_frames = out_.string(first.str(first.drop_frames));
    header.keep_frames = out_.string(first.str(first.keep_frames));
  }

  void add(const Profile& p) {
    add_header(p);
    strings_.clear();
    for (const std::string& text : p.strings) strings_.push_back(out_.string(text));
    mappings_.clear();
    for (const Mapping& mapping : p.mappings) mappings_.push_back(add_mapping(p, mapping));
    functions_.clear();
    for (Function f : p.functions) {
      f.name = strings_[f.name];
      f.system_name = strings_[f.system_name];
      f.file = strings_[f.file];
      functions_.push_back(out_.function(f));
    }
    locations_.clear();
    for (const Location& location : p.locations) locations_.push_back(add_location(location));
    for (std::size_t i = 0; i < p.samples.size(); ++i) add_sample(p, i);
  }

  Profile finish() && { return std::move(out_).finish(); }

 private:
  struct MovedMapping {
    MappingId id = kNone;
    std::uint64_t shift = 0;  // to be added to addresses, modulo 2^64
  };
  using MappingKey =
      std::tuple<std::uint64_t, std::uint64_t, StringId>;  // size in pages, file offset, build id or file

  ValueType copy(const Profile& p, const ValueType& type) {
    const StringId name = out_.string(p.str(type.type));
    return {name, out_.string(p.str(type.unit))};
  }

  void add_header(const Profile& p) {
    Profile& header = out_.header();
    if (header.time_nanos == 0 || (p.time_nanos != 0 && p.time_nanos < header.time_nanos)) {
      header.time_nanos = p.time_nanos;
    }
    add_saturated(header.duration_nanos, p.duration_nanos);
    header.period = std::max(header.period, p.period);
    for (const StringId comment : p.comments) out_.comment(p.str(comment));
    if (header.default_sample_type == 0) header.default_sample_type = out_.string(p.str(p.default_sample_type));
  }

  MovedMapping add_mapping(const Profile& p, Mapping m) {
    m.file = strings_[m.file];
    m.build_id = strings_[m.build_id];
    constexpr std::uint64_t kPage = 0x1000;
    const std::uint64_t pages = (m.limit - m.start + kPage - 1) / kPage;
    const MappingKey key{pages, m.offset, m.build_id != 0 ? m.build_id : m.file};
    std::vector<Mapping>& merged = out_.header().mappings;
    const auto [known, is_new] = known_mappings_.try_emplace(key, static_cast<MappingId>(merged.size()));
    if (is_new) merged.push_back(m);
    Mapping& same = merged[known->second];
    // A merged mapping is symbolized only if every source with samples has it symbolized; any may add inline frames.
    if (!p.samples.empty()) {
      same.has_functions = same.has_functions && m.has_functions;
      same.has_filenames = same.has_filenames && m.has_filenames;
      same.has_line_numbers = same.has_line_numbers && m.has_line_numbers;
      same.has_inline_frames = same.has_inline_frames || m.has_inline_frames;
    }
    return {known->second, same.start - m.start};
  }

  LocationId add_location(const Location& location) {
    Location moved = location;
    if (location.mapping != kNone) {
      moved.mapping = mappings_[location.mapping].id;
      moved.address += mappings_[location.mapping].shift;
    }
    for (Line& line : moved.lines) line.function = functions_[line.function];
    return out_.location(std::move(moved));
  }

  void add_sample(const Profile& p, std::size_t i) {
    const auto values = p.values(i);
    if (std::ranges::all_of(values, [](std::int64_t v) { return v == 0; })) return;
    stack_.clear();
    for (const LocationId id : p.stack(i)) stack_.push_back(locations_[id]);
    labels_.clear();
    for (Label label : p.labels(i)) {
      label.key = strings_[label.key];
      label.str = strings_[label.str];
      label.unit = strings_[label.unit];
      labels_.push_back(label);
    }
    out_.sample(stack_, labels_, values);
  }

  Builder out_;
  std::map<MappingKey, MappingId> known_mappings_;

  std::vector<StringId> strings_;  // ids of the current source -> ids of the result
  std::vector<MovedMapping> mappings_;
  std::vector<FunctionId> functions_;
  std::vector<LocationId> locations_;
  std::vector<LocationId> stack_;
  std::vector<Label> labels_;
};

}  // namespace

Result<Profile> merge(std::span<const Profile> profiles) {
  if (profiles.empty()) return Error{"no profiles to merge"};
  for (std::size_t i = 1; i < profiles.size(); ++i) {
    if (Status status = check_compatible(profiles[0], profiles[i], i + 1); !status) return Error{status.error()};
  }
  Merger merger(profiles[0]);
  for (const Profile& profile : profiles) merger.add(profile);
  return std::move(merger).finish();
}

}  // namespace bucketprof::model
