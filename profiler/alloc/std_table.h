// SPDX-License-Identifier: Apache-2.0
//
// Reads max_load_factor() of libstdc++'s unordered containers when they allocate an array. They then convert their
// allocator of nodes, which lies in the table, to one of arrays; the members behind it are part of the library's ABI
// (bits/hashtable.h, std::_Hashtable). An allocator that is in no table cannot be told beforehand, so nothing is
// believed that does not fit in with the array and with each other. Thread-compatible, as the table is.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace bucketprof::alloc {

namespace detail {
/// The members of std::_Hashtable behind its allocator.
struct StdTableMembers {
  std::uintptr_t buckets;
  std::size_t bucket_count;
  std::uintptr_t before_begin;
  std::size_t element_count;
  float max_load_factor;
  std::size_t next_resize;  // the most entries in the array; computed before that is allocated
  std::uintptr_t single_bucket;
};

/// Whether the first members are those of a table with `slots_before` slots (0: unknown, or none) that allocates an
/// array of `slots` slots now. `address`: where they lie.
[[nodiscard]] inline bool is_std_table(std::uintptr_t buckets, std::size_t bucket_count, std::uintptr_t address,
                                       std::uint64_t slots, std::uint64_t slots_before) noexcept {
  const bool is_copy = buckets == 0;  // a table that is being constructed with as many buckets as another
  const bool is_single = buckets == address + offsetof(StdTableMembers, single_bucket);
  const std::uint64_t count = is_copy ? slots : is_single ? 1 : slots_before;
  return count != 0 && bucket_count == count;
}

/// The load factor, if it is one and the rest follows from it.
[[nodiscard]] inline std::optional<float> factor_in(const StdTableMembers& members, std::uint64_t slots) noexcept {
  const float factor = members.max_load_factor;
  if (!(factor > 0 && factor <= 0x1p20F)) return std::nullopt;
  const double limit = std::floor(static_cast<double>(slots) * static_cast<double>(factor));
  // A copy of a table whose factor was just changed has not computed it yet.
  const bool fits =
      static_cast<double>(members.next_resize) == limit || (members.buckets == 0 && members.next_resize == 0);
  return fits ? std::optional(factor) : std::nullopt;
}

/// Not inlined, so that the compiler does not take the table for the allocator alone; and not checked, as that may be
/// all there is. For the same reason the later members are only read if the first are right.
[[gnu::noinline, gnu::no_sanitize_address]] inline std::optional<float> std_load_factor(
    const void* members, std::uint64_t slots, std::uint64_t slots_before) noexcept {
  using Word [[gnu::may_alias]] = std::uintptr_t;
  constexpr std::size_t kWords = sizeof(StdTableMembers) / sizeof(Word);
  const auto address = std::bit_cast<std::uintptr_t>(members);
  if (address % alignof(StdTableMembers) != 0) return std::nullopt;
  const auto* const from = static_cast<const Word*>(members);
  if (!is_std_table(from[0], from[1], address, slots, slots_before)) return std::nullopt;
  std::array<std::uintptr_t, kWords> words{};
  for (std::size_t i = 0; i < kWords; ++i) words[i] = from[i];
  return factor_in(std::bit_cast<StdTableMembers>(words), slots);
}
}  // namespace detail

/// The table that an allocator of arrays was made in. A copy of the allocator may outlive the table, and so has none.
class StdTable {
 public:
  StdTable() = default;
  StdTable(const StdTable& /*other*/) noexcept {}
  StdTable& operator=(const StdTable& /*other*/) noexcept { return *this; }
  ~StdTable() = default;

  /// `behind_allocator`: what follows the allocator of nodes in the table.
  void set(const void* behind_allocator) noexcept { behind_allocator_ = behind_allocator; }

  /// max_load_factor() of the table, which allocates an array of `slots` slots now, while its present one has
  /// `slots_before` (0: unknown, or none). nullopt if it cannot be told.
  [[nodiscard]] std::optional<float> load_factor(std::uint64_t slots, std::uint64_t slots_before) const noexcept {
    if (behind_allocator_ == nullptr) return std::nullopt;
    const void* members = behind_allocator_;
    asm volatile("" : "+r"(members) : : "memory");  // all of the table is written, and none of it is known
    return detail::std_load_factor(members, slots, slots_before);
  }

 private:
  const void* behind_allocator_ = nullptr;
};

/// In place of a StdTable, where there is none.
struct NoStdTable {};

}  // namespace bucketprof::alloc
