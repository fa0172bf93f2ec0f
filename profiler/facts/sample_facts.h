// SPDX-License-Identifier: Apache-2.0
//
// Decodes a sample: its labels, and its values by our sample types. A label that is missing, or a part or cause that
// this version does not know, is 0. Thread-compatible. The profile must outlive the reader.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "hashmap/part.h"
#include "profiler/facts/sample_values.h"
#include "profiler/model/profile.h"
#include "profiler/tables/life.h"

namespace bucketprof::facts {

using hashmap::Cause;
using hashmap::Part;

/// Whether a peak may have been rounded up, as those of many different tables are (docs/profile_format.md). If not, it
/// is exact.
[[nodiscard]] constexpr bool may_be_rounded(std::uint64_t peak) {
  constexpr std::uint64_t kDigits = 32;  // five binary ones, then zeros
  return peak > kDigits && peak >> static_cast<unsigned>(std::countr_zero(peak)) < kDigits;
}

/// The least peak that is rounded to this one.
[[nodiscard]] constexpr std::uint64_t least_of_rounded(std::uint64_t peak) {
  if (!may_be_rounded(peak)) return peak;
  constexpr int kDigits = 5;
  const int drop = std::max(0, static_cast<int>(std::bit_width(peak)) - kDigits);
  return peak - (std::uint64_t{1} << static_cast<unsigned>(drop)) + 1;
}

struct SampleFacts {
  model::StringId table = 0;
  model::StringId kind = 0;
  model::StringId part_name = 0;
  model::StringId cause_name = 0;
  Part part = Part::kOther;
  Cause cause = Cause::kUnknown;
  std::int64_t bytes = 0;  // of one block
  std::int64_t entry_bytes = 0;
  std::int64_t slots = 0;  // bucket blocks, and vectors of entries beside them
  std::int64_t hint = 0;   // bucket blocks only, as are the next
  std::int64_t limit = 0;  // entries that the block takes, if not the usual number of its slots; else 0
  std::optional<std::int64_t> peak;
  std::optional<std::int64_t> seen;     // entries when the block was looked at, if it was; not the most it ever held
  std::optional<std::int64_t> deleted;  // slots that erased entries made unusable, likewise
  std::optional<tables::Life> life;     // of bucket blocks, if the profile tells it
  model::StringId start = 0;            // equal for bucket blocks whose tables began alike; 0: unknown
  SampleValues amounts;
};

class SampleReader {
 public:
  explicit SampleReader(const model::Profile& profile);

  [[nodiscard]] SampleFacts read(std::size_t sample) const;

  /// Which of our sample types the profile has.
  [[nodiscard]] const std::array<bool, model::kSampleTypeCount>& has() const { return has_; }
  /// Name and unit of the default sample type; "" if the profile has no sample types.
  [[nodiscard]] std::string_view weight_type() const;
  [[nodiscard]] std::string_view weight_unit() const;

 private:
  struct Word {  // the meaning of a string as the key or value of a label
    std::uint8_t key = 0;
    Part part = Part::kOther;
    Cause cause = Cause::kUnknown;
  };
  void read_label(const model::Label& label, SampleFacts& facts) const;

  const model::Profile& profile_;
  std::vector<Word> words_;  // by StringId
  std::array<bool, model::kSampleTypeCount> has_{};
  std::array<std::size_t, model::kSampleTypeCount> columns_{};
  std::optional<std::size_t> weight_column_;
};

}  // namespace bucketprof::facts
