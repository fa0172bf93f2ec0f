// SPDX-License-Identifier: Apache-2.0
#include "profiler/findings/silence.h"

#include <array>

namespace bucketprof::findings {
namespace {

struct SilenceRow {
  std::string_view name;
  std::string_view reason;
  std::string_view remedy;
};

/// In the order of Silence.
constexpr std::array<SilenceRow, kSilences> kSilenceRows{{
    {"", "", ""},
    {"found_by_name", "tables that were found by names of functions do not tell how full they ever were",
     "link the program with bucketprof and use the aliases of its containers (docs/containers.md)"},
    {"unknown_kind", "it is not known how their arrays grow",
     "use the aliases of their containers, or name the kind in the allocator's type (docs/containers.md)"},
    {"no_peaks", "the profile does not tell how full arrays ever were", "take a profile of the whole run"},
    {"entries_not_counted", "their containers do not tell of entries, so only grown_in_steps is computed",
     "use another container to see more of them (docs/containers.md)"},
}};

const SilenceRow& row_of(Silence silence) { return kSilenceRows[static_cast<std::size_t>(silence)]; }

}  // namespace

std::string_view name_of(Silence silence) { return row_of(silence).name; }

Silence silence_of(std::string_view name) {
  for (std::size_t i = 0; i < kSilenceRows.size(); ++i) {
    if (kSilenceRows[i].name == name) return static_cast<Silence>(i);
  }
  return Silence::kNone;
}

std::string_view reason_of(Silence silence) { return row_of(silence).reason; }
std::string_view remedy_of(Silence silence) { return row_of(silence).remedy; }

bool can_find(Silence silence, std::string_view id) {
  if (silence == Silence::kNone) return true;
  return silence == Silence::kNotCounted && id == name_of(FindingId::kGrownInSteps);
}

void FillEvidence::add(const facts::SampleFacts& facts) {
  if (facts.part == hashmap::Part::kBuckets) {
    arrays_ = true;
    peaks_ = peaks_ || facts.peak.has_value();
  }
  // A vector beside the arrays has slots.
  if (facts.part == hashmap::Part::kOther && facts.slots == 0) unknown_ = true;
  entries_ = entries_ || facts.entry_bytes > 0;
}

void FillEvidence::add(const FillEvidence& more) {
  arrays_ = arrays_ || more.arrays_;
  unknown_ = unknown_ || more.unknown_;
  peaks_ = peaks_ || more.peaks_;
  entries_ = entries_ || more.entries_;
}

Silence FillEvidence::silence(tables::Kind kind, bool classified) const {
  if (classified && !entries_ && !peaks_) return Silence::kFoundByName;
  if (kind == tables::Kind::kUnknown || (!arrays_ && unknown_)) return Silence::kUnknownKind;
  if (!tables::tells_entries(kind)) return Silence::kNotCounted;
  return arrays_ && !peaks_ ? Silence::kNoPeaks : Silence::kNone;
}

}  // namespace bucketprof::findings
