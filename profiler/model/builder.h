// SPDX-License-Identifier: Apache-2.0
//
// Builds a Profile in which equal strings, mappings, functions and locations are stored once, and the values of equal
// samples (same stack, same labels) are added up. Thread-compatible.
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
  /// Starts a profile with our six sample types (schema.h), the given period, period type, default type and
  /// drop_frames.
  [[nodiscard]] static Builder ours(std::int64_t period);

  /// Starts from a profile whose sample types and header the caller has set. It must have distinct strings, and no
  /// other elements and no samples.
  explicit Builder(Profile empty);

  /// Bytes that are not UTF-8 are replaced by U+FFFD, because a protobuf string must be UTF-8.
  StringId string(std::string_view text);
  MappingId mapping(const Mapping& mapping);  // equal ones share an id
  FunctionId function(const Function& function);
  LocationId location(Location location);  // equal (mapping, address, lines) share an id
  void comment(std::string_view text);     // equal ones are stored once

  /// These make a label and intern its strings.
  [[nodiscard]] Label label(std::string_view key, std::string_view value);
  [[nodiscard]] Label label(std::string_view key, std::int64_t value, std::string_view unit);

  /// Reserves memory for `samples` more samples with this many frames and labels in all.
  void reserve(std::size_t samples, std::size_t frames, std::size_t labels);

  /// Adds `values` (one per sample type) to the sample with this stack (leaf first) and these labels (in any order). A
  /// sum that does not fit into 64 bits becomes the nearest limit.
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
  std::vector<Label> scratch_;  // one sample's sorted labels
};

}  // namespace bucketprof::model
