// SPDX-License-Identifier: Apache-2.0
#include "profiler/findings/absl_arrays.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace bucketprof::findings {
namespace {

using tables::AbslArrays;
using tables::AbslLayout;

constexpr std::array<std::uint64_t, 7> kAlignments{8, 4, 2, 1, 16, 32, 64};
constexpr std::array<std::uint64_t, 2> kWidths{16, 8};

std::span<const tables::AbslVersion> versions_of(tables::Kind kind) {
  using enum AbslLayout;
  static constexpr std::array<tables::AbslVersion, 6> kAbsl{
      {{k20220623}, {k20230802}, {k20240722}, {k20250814}, {k20260526}, {k20260817}}};
  static constexpr std::array kPhmap{tables::kPhmapVersion};
  return tables::is_phmap(kind) ? std::span<const tables::AbslVersion>(kPhmap) : kAbsl;
}

/// Only reserve() blocks slots.
bool explains(const AbslArrays& arrays, const SeenArray& seen) {
  using hashmap::Cause;
  if (seen.bytes <= 0) return false;
  const auto array = arrays.array(static_cast<std::uint64_t>(seen.bytes));
  if (!array || array->slots != static_cast<std::uint64_t>(seen.slots)) return false;
  if (seen.cause == Cause::kFirstInsert) return *array == AbslArrays::Array{arrays.first_slots(), 0};
  return array->blocked == 0 || seen.cause != Cause::kRehash;
}

/// Tries sizes, and keeps those that explain the most arrays.
class Search {
 public:
  Search(const SeenArray& largest, std::span<const SeenArray> seen) : largest_(largest), seen_(seen) {}

  /// `arrays` without slot size: what the largest array says about it.
  void consider(const AbslArrays& arrays, std::uint64_t least, std::uint64_t most) {
    const auto bytes = static_cast<std::uint64_t>(largest_.bytes);
    const auto slots = static_cast<std::uint64_t>(largest_.slots);
    for (std::uint64_t blocked = 0; blocked <= arrays.most_blocked(slots); ++blocked) {
      const std::optional<AbslArrays> solved = arrays.solved({slots, blocked}, bytes);
      if (!solved || solved->slot_bytes < least || solved->slot_bytes > most) continue;
      const auto explained =
          std::count_if(seen_.begin(), seen_.end(), [&solved](const SeenArray& one) { return explains(*solved, one); });
      if (best_ && explained <= most_) continue;
      most_ = explained;
      best_ = solved;
    }
  }

  [[nodiscard]] const std::optional<AbslArrays>& best() const { return best_; }

 private:
  const SeenArray& largest_;
  std::span<const SeenArray> seen_;
  std::ptrdiff_t most_ = 0;
  std::optional<AbslArrays> best_;
};

}  // namespace

std::optional<AbslArrays> absl_arrays_of(tables::Kind kind, std::span<const SeenArray> seen) {
  const SeenArray* const largest = largest_of(seen);
  if (largest == nullptr || !std::has_single_bit(static_cast<std::uint64_t>(largest->slots) + 1)) return std::nullopt;
  const bool nodes = tables::entries_of(kind) == tables::Entries::kInNodes;
  const std::uint64_t least =
      nodes ? sizeof(void*) : static_cast<std::uint64_t>(std::max<std::int64_t>(1, largest->entry_bytes));
  const std::uint64_t most = nodes ? sizeof(void*) : AbslArrays::kMostBytes;
  Search search(*largest, seen);
  for (const tables::AbslVersion version : versions_of(kind)) {
    for (const std::uint64_t width : kWidths) {
      for (const std::uint64_t alignment : kAlignments) {
        search.consider({.alignment = alignment, .version = version, .width = width}, least, most);
        if (nodes) break;
      }
    }
  }
  return search.best();
}

}  // namespace bucketprof::findings
