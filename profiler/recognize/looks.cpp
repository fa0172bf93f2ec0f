// SPDX-License-Identifier: Apache-2.0
#include "profiler/recognize/looks.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string_view>

#include "profiler/model/schema.h"

namespace bucketprof::recognize {
namespace {

using layout::Layout;
using tables::Kind;

constexpr std::uint64_t kLeastSlots = 64;  // of an array that no name confirms

model::StringId id_of(const model::Profile& profile, std::string_view key) {
  const auto found = std::find(profile.strings.begin(), profile.strings.end(), key);
  return found == profile.strings.end() ? 0 : static_cast<model::StringId>(found - profile.strings.begin());
}

/// Whether the entries of tables with such arrays are in other blocks: nodes, vectors, or the storage of a span.
bool is_beside_entries(Layout layout) {
  return layout == Layout::kDense || layout == Layout::kQt6 || layout == Layout::kGlib || layout == Layout::kLlvmString;
}

/// Whether names that mean arrays of `named` may be those of an array that looks like `seen`. Arrays of absl's older
/// releases and of phmap differ in a byte that is seldom known, and in no number.
bool is_same_layout(Layout seen, Layout named) {
  const auto is_like_absl = [](Layout layout) { return layout == Layout::kAbsl || layout == Layout::kPhmap; };
  return seen == named || (is_like_absl(seen) && is_like_absl(named));
}

}  // namespace

LookLabels::LookLabels(const model::Profile& profile)
    : profile_(profile),
      layout_(id_of(profile, model::kLabelLayout)),
      slots_(id_of(profile, model::kLabelSlots)),
      slot_bytes_(id_of(profile, model::kLabelSlotBytes)),
      seen_(id_of(profile, model::kLabelSeen)),
      deleted_(id_of(profile, model::kLabelDeleted)) {}

bool LookLabels::has(std::span<const model::Label> labels) const {
  return any() && std::any_of(labels.begin(), labels.end(),
                              [this](const model::Label& label) { return !label.is_number && label.key == layout_; });
}

std::optional<layout::Look> LookLabels::read(std::span<const model::Label> labels) const {
  if (!any()) return std::nullopt;
  layout::Look look;
  for (const model::Label& label : labels) {
    if (!label.is_number) {
      const layout::Look labelled = layout::labelled(profile_.str(label.str));
      if (label.key == layout_) look.layout = labelled.layout, look.is_proven = labelled.is_proven;
      continue;
    }
    const std::uint64_t number = label.num < 0 ? 0 : static_cast<std::uint64_t>(label.num);
    if (label.key == slots_) look.slots = number;
    if (label.key == seen_) look.full = number;
    if (label.key == deleted_) look.deleted = number;
    if (label.key == slot_bytes_)
      look.slot_bytes =
          static_cast<std::uint32_t>(std::min<std::uint64_t>(number, std::numeric_limits<std::uint32_t>::max()));
  }
  // No look counts more than there are slots, so such numbers are from elsewhere. Rounding may add a little.
  if (look.layout == Layout::kNone || look.slots == 0 || look.full / 2 > look.slots || look.deleted / 2 > look.slots)
    return std::nullopt;
  return look;
}

bool LookLabels::is_count(const model::Label& label) const {
  return label.is_number && (label.key == seen_ || label.key == deleted_);
}

bool LookLabels::is_only_of_look(const model::Label& label) const {
  return label.is_number ? label.key == slot_bytes_ : label.key == layout_;
}

bool LookLabels::is_of_look(const model::Label& label) const {
  return is_count(label) || is_only_of_look(label) || (label.is_number && label.key == slots_);
}

Verdict judge(const layout::Look& look, Kind kind, std::optional<hashmap::Part> part, bool is_unnamed) {
  if (kind != Kind::kUnknown) {
    const bool is_same = part == hashmap::Part::kBuckets && is_same_layout(look.layout, layout::layout_of(kind));
    return is_same ? Verdict::kAccepted : Verdict::kRejected;
  }
  const bool is_proof = look.is_proven && look.slots >= kLeastSlots;
  return is_unnamed && is_proof ? Verdict::kByBytes : Verdict::kNothing;
}

std::string name_by_bytes(const layout::Look& look) {
  return fmt::format("{}; slots of {} byte{}", layout::row_of(look.layout).table, look.slot_bytes,
                     look.slot_bytes == 1 ? "" : "s");
}

std::int64_t entry_bytes_of(Kind kind, const layout::Look& look) {
  return tables::entries_of(kind) == tables::Entries::kInArrays && !is_beside_entries(look.layout) ? look.slot_bytes
                                                                                                   : 0;
}

std::int64_t slack_of(std::int64_t objects, std::int64_t bytes, std::int64_t seen, std::int64_t entry_bytes) {
  if (objects <= 0 || bytes <= 0) return 0;
  std::int64_t held = 0;
  if (__builtin_mul_overflow(seen, entry_bytes, &held)) held = bytes;
  std::int64_t slack = 0;
  return __builtin_mul_overflow(objects, bytes - std::clamp<std::int64_t>(held, 0, bytes), &slack) ? 0 : slack;
}

}  // namespace bucketprof::recognize
