// SPDX-License-Identifier: Apache-2.0
//
// What a block's own bytes say: of which hash table it is an array, and how full it is. Nothing else is asked: no name,
// no type, no allocator. docs/implementations.md says what is read of whom, and how unlikely a chance match is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "profiler/layout/block_bytes.h"
#include "profiler/tables/kind.h"

namespace bucketprof::layout {

/// Families of arrays that look alike.
enum class Layout : std::uint8_t {
  kNone,
  kAbsl,       // absl's tables, all releases
  kPhmap,      // phmap's and gtl's, or absl's before 20230802
  kBoostOpen,  // boost::unordered_flat_* and node_*
  kF14,
  kHashbrown,   // Rust's HashMap
  kDense,       // ankerl::unordered_dense
  kRobin,       // tsl::robin_*
  kQt6,         // spans of a QHash
  kGlib,        // hashes of a GHashTable
  kLlvmString,  // llvm::StringMap
};

struct LayoutRow {
  Layout layout;
  std::string_view name;   // in profiles
  bool proves_itself;      // its bytes may be enough (Look::is_proven); else names must say the same
  std::string_view table;  // the table that it is shown as where there are no names
  tables::Kind kind;       // likewise
};

/// In the order of Layout.
inline constexpr auto kLayouts = std::to_array<LayoutRow>({
    {Layout::kNone, "", false, "", tables::Kind::kUnknown},
    {Layout::kAbsl, "absl", true, "absl::flat_hash_map", tables::Kind::kAbslFlat},
    {Layout::kPhmap, "phmap", true, "phmap or absl flat_hash_map", tables::Kind::kPhmapFlat},
    {Layout::kBoostOpen, "boost_open", true, "boost::unordered_flat_map", tables::Kind::kBoostFlat},
    {Layout::kF14, "f14", true, "folly::F14Map", tables::Kind::kFollyF14},
    {Layout::kHashbrown, "hashbrown", true, "std::collections::HashMap", tables::Kind::kRustHashbrown},
    {Layout::kDense, "dense", false, "", tables::Kind::kUnknown},
    {Layout::kRobin, "robin", false, "", tables::Kind::kUnknown},
    {Layout::kQt6, "qt6", false, "", tables::Kind::kUnknown},
    {Layout::kGlib, "glib", false, "", tables::Kind::kUnknown},
    {Layout::kLlvmString, "llvm_string", false, "", tables::Kind::kUnknown},
});

[[nodiscard]] constexpr const LayoutRow& row_of(Layout layout) { return kLayouts[static_cast<std::size_t>(layout)]; }

/// kNone if no layout has this name.
[[nodiscard]] constexpr Layout layout_of(std::string_view name) {
  for (const LayoutRow& row : kLayouts) {
    if (row.name == name) return row.layout;
  }
  return Layout::kNone;
}

/// The layout of the bucket arrays of a kind; kNone if they are not read.
[[nodiscard]] constexpr Layout layout_of(tables::Kind kind) {
  using tables::Kind;
  switch (kind) {
    case Kind::kAbslFlat:
    case Kind::kAbslNode:
      return Layout::kAbsl;
    case Kind::kPhmapFlat:
    case Kind::kPhmapNode:
    case Kind::kGtlFlat:
    case Kind::kGtlNode:
      return Layout::kPhmap;
    case Kind::kBoostFlat:
    case Kind::kBoostOpenNode:
      return Layout::kBoostOpen;
    case Kind::kFollyF14:
    case Kind::kFollyF14Node:
      return Layout::kF14;
    case Kind::kRustHashbrown:
      return Layout::kHashbrown;
    case Kind::kAnkerlDense:
      return Layout::kDense;
    case Kind::kTslRobin:
      return Layout::kRobin;
    case Kind::kQt6Hash:
      return Layout::kQt6;
    case Kind::kGlibHash:
      return Layout::kGlib;
    case Kind::kLlvmString:
      return Layout::kLlvmString;
    default:
      return Layout::kNone;
  }
}

/// What was seen in a block.
struct Look {
  Layout layout = Layout::kNone;  // kNone: the rest is 0
  std::uint32_t slot_bytes = 0;   // of one slot, with its padding
  std::uint64_t slots = 0;        // as in tables/slots.h
  std::uint64_t full = 0;         // slots with an entry
  // Slots that an erased entry left unusable; of kBoostOpen, at least so many were erased; of kRobin, about so many
  // more have been used, by a sample.
  std::uint64_t deleted = 0;
  bool is_proven = false;        // false: other things look the same, so names must say it, too
  bool is_deleted_known = true;  // false: an unknown number of entries may have been erased, beside `deleted`
  friend bool operator==(const Look&, const Look&) = default;
};

/// The layout as profiles name it: with a question mark if it may prove itself, but has not.
[[nodiscard]] inline std::string label_of(const Look& look) {
  const LayoutRow& row = row_of(look.layout);
  return std::string(row.name) + (row.proves_itself && !look.is_proven ? "?" : "");
}
/// The layout, and whether it is proven, of a label; nothing else. kNone if there is no such label.
[[nodiscard]] constexpr Look labelled(std::string_view label) {
  const bool is_doubtful = label.ends_with('?');
  const Layout layout = layout_of(label.substr(0, label.size() - (is_doubtful ? 1 : 0)));
  return {.layout = layout, .is_proven = row_of(layout).proves_itself && !is_doubtful};
}

/// Whether an array that is looked at may have this size. A look at a block of any other size sees nothing.
[[nodiscard]] bool may_be_array(std::uint64_t bytes) noexcept;

/// Looks at a block. kNone if its bytes are those of no array, if those of two layouts fit, or if they could not be
/// read. Reads metadata, in ascending steps, and not entries. Never throws. Thread-safe; bytes that the program changes
/// meanwhile may give any numbers that an array of this size can have.
[[nodiscard]] Look look_at(BlockBytes& block) noexcept;

}  // namespace bucketprof::layout
