// SPDX-License-Identifier: Apache-2.0
//
// The profile as plain data, as the profiled process writes it and the tool reads it. Elements refer to each other by
// index into the vectors of the same Profile (ids are 0-based here, and 1-based in files). Samples keep their frames,
// labels and values in three shared pools, so that a million samples need a million small structs and no small vectors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bucketprof::model {

using StringId = std::uint32_t;    // index into Profile::strings; 0 is always ""
using MappingId = std::uint32_t;   // index into Profile::mappings
using FunctionId = std::uint32_t;  // index into Profile::functions
using LocationId = std::uint32_t;  // index into Profile::locations
inline constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

struct ValueType {
  StringId type = 0;
  StringId unit = 0;
  friend bool operator==(const ValueType&, const ValueType&) = default;
};

/// One executable segment of one file in the profiled process. mappings[0] is the main binary.
struct Mapping {
  std::uint64_t start = 0;   // first address
  std::uint64_t limit = 0;   // one past the last address
  std::uint64_t offset = 0;  // file offset of `start`
  StringId file = 0;         // path as the process saw it
  StringId build_id = 0;     // lower-case hex, or ""
  bool has_functions = false;
  bool has_filenames = false;
  bool has_line_numbers = false;
  bool has_inline_frames = false;
  friend bool operator==(const Mapping&, const Mapping&) = default;
};

struct Function {
  StringId name = 0;         // demangled, for people
  StringId system_name = 0;  // as in the symbol table
  StringId file = 0;
  std::int64_t start_line = 0;
  friend bool operator==(const Function&, const Function&) = default;
};

struct Line {
  FunctionId function = kNone;
  std::int64_t line = 0;
  friend bool operator==(const Line&, const Line&) = default;
};

/// One code address. `lines[0]` is the innermost inlined function, the last one was not inlined. Empty: not symbolized.
struct Location {
  MappingId mapping = kNone;
  std::uint64_t address = 0;  // return address - 1
  std::vector<Line> lines;
  bool is_folded = false;
  friend bool operator==(const Location&, const Location&) = default;
};

/// A string label has `str`; a number label, marked by `is_number`, has `num` and `unit`.
struct Label {
  StringId key = 0;
  StringId str = 0;
  StringId unit = 0;
  bool is_number = false;
  std::int64_t num = 0;
  friend bool operator==(const Label&, const Label&) = default;
};

/// One combination of stack and labels, given by positions in the pools of its Profile.
struct Sample {
  std::uint64_t first_frame = 0;
  std::uint64_t first_label = 0;
  std::uint32_t frame_count = 0;
  std::uint32_t label_count = 0;
};

struct Profile {
  std::vector<std::string> strings{std::string()};
  std::vector<ValueType> sample_types;
  StringId default_sample_type = 0;
  ValueType period_type;
  std::int64_t period = 0;
  std::int64_t time_nanos = 0;      // since 1970; 0: not known
  std::int64_t duration_nanos = 0;  // only on delta profiles
  StringId drop_frames = 0;         // regular expressions, as pprof defines them
  StringId keep_frames = 0;
  std::vector<StringId> comments;

  std::vector<Mapping> mappings;
  std::vector<Function> functions;
  std::vector<Location> locations;

  std::vector<Sample> samples;
  std::vector<LocationId> frame_pool;    // leaf first
  std::vector<Label> label_pool;         // per sample: strings before numbers, in ascending order of key text
  std::vector<std::int64_t> value_pool;  // sample_types.size() values per sample

  [[nodiscard]] std::string_view str(StringId id) const { return strings[id]; }
  [[nodiscard]] std::span<const LocationId> stack(std::size_t sample) const {
    return {frame_pool.data() + samples[sample].first_frame, samples[sample].frame_count};
  }
  [[nodiscard]] std::span<const Label> labels(std::size_t sample) const {
    return {label_pool.data() + samples[sample].first_label, samples[sample].label_count};
  }
  [[nodiscard]] std::span<const std::int64_t> values(std::size_t sample) const {
    return {value_pool.data() + sample * sample_types.size(), sample_types.size()};
  }
};

}  // namespace bucketprof::model
