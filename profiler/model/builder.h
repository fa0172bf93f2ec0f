// SPDX-License-Identifier: Apache-2.0
//
// Builds a Profile with shared strings, mappings, functions, locations and samples.
// Equal samples (same stack, same labels) are added up. Thread-compatible.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "profiler/model/index_table.h"
#include "profiler/model/profile.h"

namespace bucketprof::model {

class Builder {
 public:
  /// Starts from a profile of our six sample types (schema.h), with period type, default type and drop_frames set.
  [[nodiscard]] static Builder ours(std::int64_t period);

  /// Sample types and header are already chosen by the caller; the tables and samples are empty, the strings distinct.
  explicit Builder(Profile empty);

  /// A string that is not UTF-8 has its bad bytes replaced by U+FFFD: a protobuf string must be UTF-8.
  StringId string(std::string_view text);
  MappingId mapping(const Mapping& mapping);  // equal ones share an id
  FunctionId function(const Function& function);
  LocationId location(Location location);  // equal (mapping, address, lines) share an id
  void comment(std::string_view text);     // equal ones stand once

  /// Label helpers; both intern.
  [[nodiscard]] Label label(std::string_view key, std::string_view value);
  [[nodiscard]] Label label(std::string_view key, std::int64_t value, std::string_view unit);

  /// Makes room for so many more samples with so many frames in all, once instead of by and by.
  void reserve(std::size_t samples, std::size_t frames, std::size_t labels);

  /// Adds `values` (one a sample type) to the sample of this stack (leaf first) and these labels (any order).
  /// A sum beyond 64 bits stays at the limit.
  void sample(std::span<const LocationId> stack, std::span<const Label> labels, std::span<const std::int64_t> values);

  [[nodiscard]] Profile& header() { return profile_; }  // for time, duration, period, default type
  [[nodiscard]] Profile finish() && { return std::move(profile_); }

 private:
  Profile profile_;
  IndexTable strings_;
  IndexTable mappings_;
  IndexTable functions_;
  IndexTable locations_;
  IndexTable samples_;
  std::vector<Label> scratch_;  // one sample's labels in order
};

}  // namespace bucketprof::model
