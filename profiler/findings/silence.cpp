// SPDX-License-Identifier: Apache-2.0
#include "profiler/findings/silence.h"

#include <algorithm>
#include <array>

#include "profiler/model/schema.h"
#include "profiler/tables/slots.h"

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
    {"no_causes", "functions without names allocated their arrays, so it is not known which were reserved",
     "keep the program's symbols, or build it with -g"},
    {"partly_seen", "some of their arrays are small, or were not looked at, so only what the others prove is found",
     "link the program with bucketprof and use the aliases of its containers (docs/containers.md)"},
}};

constexpr double kLittle = 0.05;  // of the bytes of arrays: does not matter

/// Whether the growth of the kind's arrays follows from their sizes alone. That of unordered_dense needs its vectors.
constexpr bool has_growth_rule(tables::Kind kind) {
  return tables::has_absl_arrays(kind) || tables::with_family(
                                              kind, [](auto) { return true; }, false);
}

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
  if (silence == Silence::kNoCauses) return id == name_of(FindingId::kLargeEntries);
  return silence == Silence::kNotCounted && id == name_of(FindingId::kGrownInSteps);
}

void FillEvidence::add(const facts::SampleFacts& facts) {
  if (facts.part == hashmap::Part::kBuckets) {
    arrays_ = true;
    peaks_ = peaks_ || facts.peak.has_value();
    seen_ = seen_ || facts.seen.has_value();
    if (facts.seen && facts.slots > slots_) slots_ = facts.slots, bytes_ = facts.bytes;
    const auto ever = static_cast<double>(std::max<std::int64_t>(0, facts.amounts.values[model::kAllocSpace]));
    Bytes& bytes = facts.peak || facts.seen || facts.entry_bytes > 0 ? told_ : untold_;
    bytes.ever += ever;
    bytes.in_use += static_cast<double>(std::max<std::int64_t>(0, facts.amounts.values[model::kInuseSpace]));
    if (facts.cause == hashmap::Cause::kUnknown) no_cause_ += ever;
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
  seen_ = seen_ || more.seen_;
  if (more.slots_ > slots_) slots_ = more.slots_, bytes_ = more.bytes_;
  told_.ever += more.told_.ever;
  told_.in_use += more.told_.in_use;
  untold_.ever += more.untold_.ever;
  untold_.in_use += more.untold_.in_use;
  no_cause_ += more.no_cause_;
}

bool FillEvidence::tells_fill() const {
  const auto is_little = [](double part, double rest) { return part <= kLittle * (part + rest); };
  return is_little(untold_.ever, told_.ever) && is_little(untold_.in_use, told_.in_use);
}

// F14's vector tables have chunks and entries in one block, and other sizes than its value tables.
bool FillEvidence::follows_rule(tables::Kind kind) const {
  const auto fits = [this]<class Family>(std::type_identity<Family>) {
    return Family::of(static_cast<std::uint64_t>(bytes_), static_cast<std::uint64_t>(slots_)).has_value();
  };
  return slots_ <= 0 || bytes_ < slots_ || tables::with_family(kind, fits, true);
}

Silence FillEvidence::silence(tables::Kind kind, bool classified) const {
  if (classified && !entries_ && !peaks_ && !seen_) return Silence::kFoundByName;
  if (kind == tables::Kind::kUnknown || (!arrays_ && unknown_)) return Silence::kUnknownKind;
  if (seen_) {
    if (!has_growth_rule(kind) || !follows_rule(kind)) return Silence::kUnknownKind;
    if (!tells_fill()) return Silence::kPartlySeen;
    return no_cause_ > kLittle * (told_.ever + untold_.ever) ? Silence::kNoCauses : Silence::kNone;
  }
  if (!tables::tells_entries(kind)) return Silence::kNotCounted;
  return arrays_ && !peaks_ ? Silence::kNoPeaks : Silence::kNone;
}

}  // namespace bucketprof::findings
