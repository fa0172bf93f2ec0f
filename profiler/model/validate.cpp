// SPDX-License-Identifier: Apache-2.0
//
// Rules 1 to 16 of validate.h, in groups. Index ranges are checked first, so that all later checks may index freely.
#include "profiler/model/validate.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "profiler/base/utf8.h"
#include "profiler/model/broken.h"
#include "profiler/model/labels.h"
#include "profiler/model/module.h"

namespace bucketprof::model {
namespace {

Status check_strings(const Profile& p) {
  if (p.strings.empty() || !p.strings[0].empty()) return broken(1, "string 0 is not empty");
  for (std::size_t i = 0; i < p.strings.size(); ++i) {
    if (!is_utf8(p.strings[i])) return broken(2, "string {} is not UTF-8", i);
  }
  return ok_status();
}

Status check_table_ranges(const Profile& p) {
  const auto known = [&p](StringId id) { return id < p.strings.size(); };
  const auto known_type = [&](const ValueType& t) { return known(t.type) && known(t.unit); };
  if (!std::ranges::all_of(p.sample_types, known_type) || !known_type(p.period_type) || !known(p.default_sample_type) ||
      !known(p.drop_frames) || !known(p.keep_frames) || !std::ranges::all_of(p.comments, known)) {
    return broken(3, "the header has a string out of range");
  }
  for (std::size_t i = 0; i < p.mappings.size(); ++i) {
    if (!known(p.mappings[i].file) || !known(p.mappings[i].build_id)) {
      return broken(3, "mapping {} has a string out of range", i + 1);
    }
  }
  for (std::size_t i = 0; i < p.functions.size(); ++i) {
    const Function& f = p.functions[i];
    if (!known(f.name) || !known(f.system_name) || !known(f.file)) {
      return broken(3, "function {} has a string out of range", i + 1);
    }
  }
  for (std::size_t i = 0; i < p.locations.size(); ++i) {
    const Location& l = p.locations[i];
    if (l.mapping != kNone && l.mapping >= p.mappings.size()) {
      return broken(3, "location {} has a mapping out of range", i + 1);
    }
    if (!std::ranges::all_of(l.lines, [&p](const Line& line) { return line.function < p.functions.size(); })) {
      return broken(3, "location {} has a function out of range", i + 1);
    }
  }
  return ok_status();
}

Status check_sample_ranges(const Profile& p) {
  const auto fits = [](std::uint64_t first, std::uint64_t count, std::size_t size) {
    return first <= size && count <= size - first;
  };
  for (std::size_t i = 0; i < p.samples.size(); ++i) {
    const Sample& s = p.samples[i];
    if (!fits(s.first_frame, s.frame_count, p.frame_pool.size()) ||
        !fits(s.first_label, s.label_count, p.label_pool.size())) {
      return broken(3, "sample {} is outside the pools", i + 1);
    }
    if (std::ranges::any_of(p.stack(i), [&p](LocationId id) { return id >= p.locations.size(); })) {
      return broken(3, "sample {} has a location out of range", i + 1);
    }
    for (const Label& l : p.labels(i)) {
      if (std::max({l.key, l.str, l.unit}) >= p.strings.size()) {
        return broken(3, "a label of sample {} has a string out of range", i + 1);
      }
    }
  }
  return ok_status();
}

Status check_types(const Profile& p) {
  if (p.sample_types.empty()) return broken(4, "there is no sample type");
  if (p.value_pool.size() != p.samples.size() * p.sample_types.size()) {
    return broken(4, "there are {} values for {} samples of {} types", p.value_pool.size(), p.samples.size(),
                  p.sample_types.size());
  }
  for (std::size_t i = 0; i < p.sample_types.size(); ++i) {
    const std::string_view name = p.str(p.sample_types[i].type);
    if (name.empty()) return broken(5, "sample type {} has no name", i + 1);
    if (name.find('-') != std::string_view::npos) return broken(5, "sample type '{}' has a '-' in its name", name);
    for (std::size_t j = 0; j < i; ++j) {
      if (p.str(p.sample_types[j].type) == name) return broken(5, "sample type '{}' is there twice", name);
    }
  }
  const std::string_view chosen = p.str(p.default_sample_type);
  if (!chosen.empty() &&
      std::ranges::none_of(p.sample_types, [&](const ValueType& t) { return p.str(t.type) == chosen; })) {
    return broken(6, "the default sample type '{}' is not one of the types", chosen);
  }
  if (p.time_nanos < 0) return broken(15, "the time is negative: {}", p.time_nanos);
  if (p.duration_nanos < 0) return broken(15, "the duration is negative: {}", p.duration_nanos);
  if (p.period < 0) return broken(15, "the period is negative: {}", p.period);
  return ok_status();
}

Status check_mappings(const Profile& p) {
  bool has_main = false;
  for (std::size_t i = 0; i < p.mappings.size(); ++i) {
    const Mapping& m = p.mappings[i];
    const bool unknown = m.start == 0 && m.limit == 0;
    if (!unknown && m.start >= m.limit) return broken(7, "mapping {} ends at {:#x}, before it starts", i + 1, m.limit);
    const std::string_view file = p.str(m.file);
    has_main = has_main || (!file.empty() && !is_side_module(file));
  }
  if (has_main && is_side_module(p.str(p.mappings[0].file))) {
    return broken(8, "mapping 1 is '{}', not the main binary", p.str(p.mappings[0].file));
  }
  return ok_status();
}

Status check_locations(const Profile& p) {
  for (std::size_t i = 0; i < p.locations.size(); ++i) {
    const Location& l = p.locations[i];
    if (l.mapping == kNone) continue;
    const Mapping& m = p.mappings[l.mapping];
    if (m.limit != 0 && (l.address < m.start || l.address >= m.limit)) {
      return broken(9, "location {} at {:#x} lies outside its mapping {}", i + 1, l.address, l.mapping + 1);
    }
    if (m.has_functions && l.lines.empty()) {
      return broken(10, "mapping {} has_functions, but location {} has no line", l.mapping + 1, i + 1);
    }
  }
  return ok_status();
}

/// Whether this is a function in which threads start, which has no caller.
bool is_entry(const Profile& p, LocationId id) {
  static constexpr std::array<std::string_view, 5> kEntries{"_start", "__libc_start_main", "start_thread", "clone",
                                                            "clone3"};
  const Location& l = p.locations[id];
  return !l.lines.empty() &&
         std::ranges::find(kEntries, p.str(p.functions[l.lines.back().function].name)) != kEntries.end();
}

Status check_stacks(const Profile& p) {
  std::vector<bool> entry(p.locations.size());
  for (LocationId id = 0; id < entry.size(); ++id) entry[id] = is_entry(p, id);
  for (std::size_t i = 0; i < p.samples.size(); ++i) {
    const auto stack = p.stack(i);
    if (stack.size() > 1 && entry[stack.front()] && !entry[stack.back()]) {
      return broken(11, "sample {} starts at the thread's entry: the leaf must come first", i + 1);
    }
  }
  return ok_status();
}

Status check_labels(const Profile& p) {
  enum : unsigned char { kText = 1, kNumber = 2 };
  std::vector<unsigned char> uses(p.strings.size());
  for (std::size_t i = 0; i < p.samples.size(); ++i) {
    const auto labels = p.labels(i);
    for (std::size_t j = 0; j < labels.size(); ++j) {
      const Label& l = labels[j];
      uses[l.key] = static_cast<unsigned char>(uses[l.key] | (l.is_number ? kNumber : kText));
      if (uses[l.key] == (kText | kNumber)) {
        return broken(12, "label key '{}' has both strings and numbers (sample {})", p.str(l.key), i + 1);
      }
      if (p.str(l.key).empty()) return broken(13, "sample {} has a label without a key", i + 1);
      if (!l.is_number && p.str(l.str).empty()) {
        return broken(13, "label '{}' of sample {} has no text", p.str(l.key), i + 1);
      }
      if (l.is_number && l.num == 0 && p.str(l.unit).empty()) {
        return broken(13, "label '{}' of sample {} is 0 without a unit, which pprof drops", p.str(l.key), i + 1);
      }
      if (j > 0 && label_before(p, l, labels[j - 1])) {
        return broken(14, "label '{}' of sample {} is not in its place", p.str(l.key), i + 1);
      }
    }
  }
  return ok_status();
}

Status check_counts(const Profile& p) {
  for (std::size_t objects = 0; objects < p.sample_types.size(); ++objects) {
    std::string name(p.str(p.sample_types[objects].type));
    if (!name.ends_with("_objects")) continue;
    name.replace(name.size() - 7, 7, "space");
    for (std::size_t space = 0; space < p.sample_types.size(); ++space) {
      if (p.str(p.sample_types[space].type) != name) continue;
      for (std::size_t i = 0; i < p.samples.size(); ++i) {
        if (p.values(i)[objects] == 0 && p.values(i)[space] != 0) {
          return broken(16, "sample {} has {} bytes of {} in 0 objects", i + 1, p.values(i)[space], name);
        }
      }
    }
  }
  return ok_status();
}

}  // namespace

Status validate(const Profile& profile) {
  for (const auto check : {check_strings, check_table_ranges, check_sample_ranges, check_types, check_mappings,
                           check_locations, check_stacks, check_labels, check_counts}) {
    if (Status status = check(profile); !status) return status;
  }
  return ok_status();
}

}  // namespace bucketprof::model
