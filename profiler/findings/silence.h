// SPDX-License-Identifier: Apache-2.0
//
// Why findings cannot be computed for a table: that none was found then says nothing about it. Thread-compatible.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "profiler/facts/sample_facts.h"
#include "profiler/findings/finding.h"
#include "profiler/tables/kind.h"

namespace bucketprof::findings {

enum class Silence : std::uint8_t {
  kNone,         // all findings of its kind are computed
  kFoundByName,  // found by the functions in stacks: how full its arrays were is not known
  kUnknownKind,  // no rule of growth: its kind, or what its blocks are, is not known
  kNoPeaks,      // its arrays do not say how many entries they held, as in a delta profile
  kNotCounted,   // its container does not tell of entries in arrays: only grown_in_steps is computed
  kNoCauses,     // found by the bytes of its arrays alone: why they were allocated is not known
  kPartlySeen,   // some of its arrays were not looked at
};
inline constexpr std::size_t kSilences = 7;

/// The name in JSON and baselines: "", "found_by_name", "unknown_kind", "no_peaks", "entries_not_counted", "no_causes",
/// "partly_seen".
[[nodiscard]] std::string_view name_of(Silence silence);
/// kNone if no silence has this name.
[[nodiscard]] Silence silence_of(std::string_view name);

/// Completes "not looked for, because ...", about several tables; "" of kNone, as the next.
[[nodiscard]] std::string_view reason_of(Silence silence);
/// What to do about it, as part of a sentence.
[[nodiscard]] std::string_view remedy_of(Silence silence);

/// Whether a finding of this id (finding.h; "": of all ids) about such a table would be found.
[[nodiscard]] bool can_find(Silence silence, std::string_view id);

/// What the samples of a table say about its arrays.
class FillEvidence {
 public:
  void add(const facts::SampleFacts& facts);
  void add(const FillEvidence& more);

  /// `classified`: tables of the profile were recognized by function names (facts::Facts).
  [[nodiscard]] Silence silence(tables::Kind kind, bool classified) const;

  /// Whether nearly all bytes of arrays, ever allocated and in use, are of such as say what they held.
  [[nodiscard]] bool tells_fill() const;
  /// The same, of arrays that were looked at.
  [[nodiscard]] bool is_looked_at() const { return seen_ && tells_fill(); }

 private:
  struct Bytes {
    double ever = 0;
    double in_use = 0;
  };
  /// Whether the largest array that was looked at is one that the kind's tables are known to grow to.
  [[nodiscard]] bool follows_rule(tables::Kind kind) const;

  Bytes told_;              // of bucket arrays that say what they held
  Bytes untold_;            // of the others
  double no_cause_ = 0;     // of all, ever: it is not known why they were allocated
  bool seen_ = false;       // arrays were looked at
  std::int64_t slots_ = 0;  // of the largest of these
  std::int64_t bytes_ = 0;
  bool arrays_ = false;   // bucket arrays
  bool unknown_ = false;  // blocks that may be arrays
  bool peaks_ = false;    // arrays that say how many entries they held
  bool entries_ = false;  // blocks that say how large an entry is
};

}  // namespace bucketprof::findings
