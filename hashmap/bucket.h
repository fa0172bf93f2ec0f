// SPDX-License-Identifier: Apache-2.0
//
// A bucket of the Go-style map: eight tophash bytes (`tophashes`), then eight keys, then eight values, then the link to
// the next bucket of the chain. Keys and values lie in separate columns, so there is no padding between them.
// Thread-compatible. The tophash bytes record which slots hold objects; the table, not the bucket, constructs and
// destroys them.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>

namespace bucketprof::hashmap {

inline constexpr unsigned kCells = 8;           ///< entries per bucket
inline constexpr std::size_t kMaxInline = 128;  ///< bytes; larger keys and values are allocated separately

/// Values of a tophash byte. From kMinTop on the cell is live and the byte is the top byte of its hash.
enum Tophash : std::uint8_t {
  kEmptyRest = 0,       // empty, and so is every later cell of the chain
  kEmptyOne = 1,        // empty
  kEvacuatedX = 2,      // moved to the low half of the new array
  kEvacuatedY = 3,      // moved to the high half
  kEvacuatedEmpty = 4,  // was empty when its bucket was evacuated
  kMinTop = 5,
};

/// The tophash of a live cell: the top byte of the hash, moved out of the range of reserved values.
[[nodiscard]] constexpr std::uint8_t tophash_of(std::uint64_t hash) noexcept {
  const auto top = static_cast<std::uint8_t>(hash >> 56);
  return top < kMinTop ? static_cast<std::uint8_t>(top + kMinTop) : top;
}

/// Eight tophash bytes as one word, cell 0 in the low byte.
using Tophashes = std::uint64_t;

/// 0x80 in each byte of `word` that is zero. Exact: a carry never marks the byte next to a zero.
[[nodiscard]] constexpr Tophashes zero_bytes(Tophashes word) noexcept {
  constexpr Tophashes low_bits = 0x7f7f7f7f7f7f7f7f;
  return ~(((word & low_bits) + low_bits) | word | low_bits);
}

/// 0x80 for each cell whose tophash is `tophash`.
[[nodiscard]] constexpr Tophashes cells_equal(Tophashes word, std::uint8_t tophash) noexcept {
  return zero_bytes(word ^ (Tophashes{0x0101010101010101} * tophash));
}

/// 0x80 for each empty cell (kEmptyRest or kEmptyOne).
[[nodiscard]] constexpr Tophashes cells_empty(Tophashes word) noexcept {
  return zero_bytes(word & ~Tophashes{0x0101010101010101});
}

/// The first cell of a non-empty set of cells.
[[nodiscard]] constexpr unsigned first_cell(Tophashes set) noexcept {
  return static_cast<unsigned>(std::countr_zero(set)) / 8;
}

/// Whether the last cell is kEmptyRest, so that no later bucket of the chain holds an entry.
[[nodiscard]] constexpr bool ends_chain(Tophashes word) noexcept { return (word >> 56) == kEmptyRest; }

/// How a column stores its objects.
enum class Storing : std::uint8_t {
  kInline,    // in the bucket
  kIndirect,  // in a separate block; the bucket holds a pointer to it
  kNothing,   // an empty trivial type takes no bytes; all references are to one shared object
};

/// As in Go, large types are indirect. So are types whose move can throw (or that cannot move), so that moving an entry
/// to another bucket never fails half way.
template <class T>
inline constexpr Storing kStoring = std::is_empty_v<T>&& std::is_trivial_v<T> ? Storing::kNothing
                                    : sizeof(T) > kMaxInline || !std::is_nothrow_move_constructible_v<T>
                                        ? Storing::kIndirect
                                        : Storing::kInline;

/// Eight slots. `Tag` makes the key and value columns different types, so that both can be empty members.
template <class T, class VoidPointer, int Tag, Storing = kStoring<T>>
struct Column {
  using Slot = T;
  [[nodiscard]] Slot* slot(unsigned i) noexcept { return std::launder(reinterpret_cast<Slot*>(bytes)) + i; }
  [[nodiscard]] T& at(unsigned i) noexcept { return *slot(i); }

  alignas(Slot) std::byte bytes[kCells * sizeof(Slot)];
};

template <class T, class VoidPointer, int Tag>
struct Column<T, VoidPointer, Tag, Storing::kIndirect> {
  using Slot = typename std::pointer_traits<VoidPointer>::template rebind<T>;
  [[nodiscard]] Slot* slot(unsigned i) noexcept { return std::launder(reinterpret_cast<Slot*>(bytes)) + i; }
  [[nodiscard]] T& at(unsigned i) noexcept { return **slot(i); }

  alignas(Slot) std::byte bytes[kCells * sizeof(Slot)];
};

template <class T, class VoidPointer, int Tag>
struct Column<T, VoidPointer, Tag, Storing::kNothing> {
  [[nodiscard]] T& at(unsigned) noexcept { return shared; }

  inline static T shared{};
};

template <class K, class V, class VoidPointer>
struct Bucket {
  using Pointer = typename std::pointer_traits<VoidPointer>::template rebind<Bucket>;

  /// All cells are kEmptyRest, no next bucket. The slots stay raw memory.
  Bucket() noexcept : tophashes{}, overflow(nullptr) {}

  [[nodiscard]] Tophashes word() const noexcept {
    Tophashes word;
    std::memcpy(&word, tophashes, sizeof word);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    return word;
  }
  [[nodiscard]] K& key(unsigned i) noexcept { return keys.at(i); }
  [[nodiscard]] V& value(unsigned i) noexcept { return values.at(i); }
  [[nodiscard]] Bucket* next() const noexcept { return std::to_address(overflow); }

  /// For the main bucket of an old array: whether its chain was moved. Evacuation sets every tophash, so one suffices.
  [[nodiscard]] bool evacuated() const noexcept { return tophashes[0] > kEmptyOne && tophashes[0] < kMinTop; }

  std::uint8_t tophashes[kCells];
  [[no_unique_address]] Column<K, VoidPointer, 0> keys;
  [[no_unique_address]] Column<V, VoidPointer, 1> values;
  Pointer overflow;
};

}  // namespace bucketprof::hashmap
