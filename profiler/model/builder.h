// SPDX-License-Identifier: Apache-2.0
//
// Builds a Profile with shared strings, mappings, functions, locations and samples.
// Equal samples (same stack, same labels) are added up. Thread-compatible.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "profiler/model/profile.h"

namespace bucketprof::model {

class Builder {
 public:
  /// Starts from a profile of our six sample types (schema.h), with period type, default type and drop_frames set.
  [[nodiscard]] static Builder ours(std::int64_t period);

  explicit Builder(Profile empty);  // sample types and header already chosen by the caller
  ~Builder();
  Builder(Builder&&) noexcept;
  Builder& operator=(Builder&&) noexcept;

  StringId string(std::string_view text);
  MappingId mapping(const Mapping& mapping);     // equal ones share an id
  FunctionId function(const Function& function);
  LocationId location(Location location);        // equal (mapping, address, lines) share an id
  void comment(std::string_view text);

  /// Label helpers; both intern.
  [[nodiscard]] Label label(std::string_view key, std::string_view value);
  [[nodiscard]] Label label(std::string_view key, std::int64_t value, std::string_view unit);

  /// Adds `values` (one a sample type) to the sample of this stack (leaf first) and these labels (any order).
  void sample(std::span<const LocationId> stack, std::span<const Label> labels, std::span<const std::int64_t> values);

  [[nodiscard]] Profile& header();   // for time, duration, period, default type
  [[nodiscard]] Profile finish() &&;

 private:
  struct State;
  State* state_;
};

}  // namespace bucketprof::model
