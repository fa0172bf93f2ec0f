// SPDX-License-Identifier: Apache-2.0
//
// Reads numbers in the encodings of unwind tables, never outside the given bytes. Thread-compatible.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "profiler/stack/loaded_object.h"

namespace bucketprof::stack {

/// Takes bytes from the front. A number beyond the end reads as 0 and makes ok() false.
class TableReader {
 public:
  explicit TableReader(std::span<const std::byte> bytes) noexcept : rest_(bytes) {}

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] bool done() const noexcept { return rest_.empty(); }
  [[nodiscard]] Address address() const noexcept { return reinterpret_cast<Address>(rest_.data()); }
  [[nodiscard]] std::span<const std::byte> rest() const noexcept { return rest_; }

  std::span<const std::byte> take(std::uint64_t size) noexcept {
    if (size > rest_.size()) {
      ok_ = false;
      size = 0;
    }
    const auto taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }
  template <class Number>
  Number number() noexcept {
    static_assert(std::is_trivially_copyable_v<Number>);
    Number value{};
    if (const auto taken = take(sizeof(value)); !taken.empty()) std::memcpy(&value, taken.data(), sizeof(value));
    return value;
  }
  /// LEB128 of at most 35 bits. A longer number, which compilers do not emit, makes ok() false.
  std::uint64_t unsigned_number() noexcept { return groups().bits; }
  std::int64_t signed_number() noexcept {
    const auto [bits, width] = groups();
    const std::uint64_t sign = std::uint64_t{1} << (width - 1);
    return static_cast<std::int64_t>((bits ^ sign) - sign);
  }

 private:
  struct Groups {
    std::uint64_t bits = 0;
    unsigned width = 0;  // bits read
  };
  Groups groups() noexcept {
    constexpr unsigned kMostBits = 35;
    constexpr std::uint8_t kMore = 0x80;
    Groups read;
    for (std::uint8_t group = kMore; (group & kMore) != 0; read.width += 7) {
      if (read.width == kMostBits) {
        ok_ = false;
        break;
      }
      group = number<std::uint8_t>();
      read.bits |= std::uint64_t{group & 0x7fU} << read.width;
    }
    return read;
  }

  std::span<const std::byte> rest_;
  bool ok_ = true;
};

}  // namespace bucketprof::stack
