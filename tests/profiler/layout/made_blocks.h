// SPDX-License-Identifier: Apache-2.0
//
// Blocks as tables that are not at hand would have them, made byte by byte, with what a look at them has to see.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <random>
#include <span>
#include <vector>

#include "profiler/layout/look.h"
#include "profiler/tables/absl.h"

namespace bucketprof::layout {

using Bytes = std::vector<std::byte>;
using Random = std::mt19937_64;

struct Made {
  Bytes bytes;
  Look look;
};

/// Where blocks are said to lie: an address that 4096 divides.
inline constexpr std::uintptr_t kMadeAddress = 0x10000;

/// One name for what absl's older releases and phmap have alike.
inline Look as_absl(Look look) {
  if (look.layout == Layout::kPhmap) look.layout = Layout::kAbsl;
  return look;
}

inline Look look_at_made(const Bytes& bytes) {
  ReadableBytes block(bytes, kMadeAddress);
  return look_at(block);
}

inline Bytes random_bytes(Random& random, std::size_t count) {
  Bytes bytes(count);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

inline void put(Bytes& bytes, std::size_t offset, std::initializer_list<int> values) {
  for (const int value : values) bytes[offset++] = static_cast<std::byte>(value);
}
template <class T>
void put_number(Bytes& bytes, std::size_t offset, T number) {
  std::memcpy(bytes.data() + offset, &number, sizeof number);
}

/// Control bytes of `slots` slots, of which about percent[0] in 100 are full and percent[1] deleted.
inline Bytes control_bytes(Random& random, std::uint64_t slots, std::array<unsigned, 2> percent, int empty, int deleted,
                           Look& look) {
  Bytes control(slots, static_cast<std::byte>(empty));
  for (std::byte& byte : control) {
    const unsigned drawn = random() % 100;
    if (drawn >= percent[0] + percent[1]) continue;
    const bool is_full = drawn < percent[0];
    byte = static_cast<std::byte>(is_full ? static_cast<int>(random() % 128) : deleted);
    ++(is_full ? look.full : look.deleted);
  }
  look.slots = slots;
  return control;
}

/// An array of absl, or of phmap if `is_phmap`, with at most three quarters of its slots used.
inline Made made_absl(Random& random, const tables::AbslArrays& arrays, const tables::AbslArrays::Array& array,
                      bool is_phmap = false) {
  using tables::AbslLayout;
  constexpr std::uint64_t kWidth = tables::AbslArrays::kWidth;
  Made made{random_bytes(random, arrays.bytes(array)), {}};
  made.look.layout = is_phmap ? Layout::kPhmap : Layout::kAbsl;
  made.look.is_proven = true;
  made.look.slot_bytes = static_cast<std::uint32_t>(arrays.slot_bytes);
  Bytes control = control_bytes(random, array.slots - array.blocked, {60, 10}, 0x80, 0xFE, made.look);
  if (is_phmap && control[kWidth - 1] == std::byte{0x80}) control[kWidth - 1] = std::byte{1}, ++made.look.full;
  control.resize(array.slots + 1, std::byte{0xFF});
  made.look.slots = array.slots;
  for (std::uint64_t i = 0; i < kWidth - (is_phmap ? 0 : 1); ++i) {
    control.push_back(i < array.slots ? control[i] : std::byte{0x80});
  }
  std::uint64_t at = arrays.version.layout >= AbslLayout::k20230802 ? 8 : 0;
  if (arrays.version.layout >= AbslLayout::k20260817) {
    at = tables::AbslArrays{0, arrays.alignment, arrays.version}.bytes(array.slots) - (array.slots + kWidth);
  }
  if (at == 8) put_number<std::uint64_t>(made.bytes, 0, arrays.limit(array) - made.look.full - made.look.deleted);
  std::copy(control.begin(), control.end(), made.bytes.begin() + static_cast<std::ptrdiff_t>(at));
  return made;
}

inline Made made_hashbrown(Random& random, std::uint64_t slots, std::uint64_t slot_bytes) {
  Made made;
  made.look.layout = Layout::kHashbrown;
  made.look.is_proven = true;
  made.look.slot_bytes = static_cast<std::uint32_t>(slot_bytes);
  const Bytes control = control_bytes(random, slots, {60, 10}, 0xFF, 0x80, made.look);
  made.bytes = random_bytes(random, (slots * slot_bytes + 15) / 16 * 16);
  made.bytes.insert(made.bytes.end(), control.begin(), control.end());
  if (slots < 16) made.bytes.resize(made.bytes.size() + 16 - slots, std::byte{0xFF});
  made.bytes.insert(made.bytes.end(), control.begin(),
                    control.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(slots, 16)));
  return made;
}

/// Of F14 tables with items of 4 bytes; value_bytes: of F14Vector's values, else 0.
inline Made made_f14(Random& random, std::uint64_t chunks, std::uint64_t value_bytes) {
  Made made{random_bytes(random, chunks * (64 + 10 * value_bytes)), {}};
  made.look.layout = Layout::kF14;
  made.look.is_proven = true;
  made.look.slot_bytes = static_cast<std::uint32_t>(value_bytes == 0 ? 4 : value_bytes);
  made.look.slots = chunks * 10;
  for (std::uint64_t i = 0; i < chunks; ++i) {
    std::byte* const head = made.bytes.data() + i * 64;
    std::fill_n(head, 16, std::byte{0});
    const std::uint64_t full = 2 + random() % 7;
    for (std::uint64_t slot = 0; slot < full; ++slot) head[slot] = static_cast<std::byte>(1 + random() % 255);
    made.look.full += full;
  }
  put_number<std::uint16_t>(made.bytes, 12, static_cast<std::uint16_t>(10 * std::min<std::uint64_t>(chunks, 4096)));
  return made;
}

inline Made made_dense(Random& random, std::uint64_t slots, std::uint64_t bucket_bytes) {
  Made made{Bytes(slots * bucket_bytes), {}};
  made.look = {.layout = Layout::kDense, .slot_bytes = static_cast<std::uint32_t>(bucket_bytes), .slots = slots};
  std::uint32_t distance = 0;
  for (std::uint64_t i = 0; i < slots; ++i) {
    distance = random() % 3 == 0 || i + 1 == slots ? 0 : 1 + static_cast<std::uint32_t>(random() % (distance + 1));
    if (distance == 0) continue;
    put_number<std::uint32_t>(made.bytes, i * bucket_bytes,
                              distance << 8U | static_cast<std::uint32_t>(random() % 256));
    put_number<std::uint32_t>(made.bytes, i * bucket_bytes + 4, static_cast<std::uint32_t>(made.look.full++));
  }
  return made;
}

/// `offset`: of the distance in a slot.
inline Made made_robin(Random& random, std::uint64_t slots, std::uint64_t slot_bytes, std::uint64_t offset) {
  Made made{random_bytes(random, slots * slot_bytes), {}};
  made.look = {.layout = Layout::kRobin, .slot_bytes = static_cast<std::uint32_t>(slot_bytes), .slots = slots};
  int distance = -1;
  for (std::uint64_t i = 0; i < slots; ++i) {
    distance =
        random() % 2 == 0 || i + 1 == slots ? -1 : static_cast<int>(random() % static_cast<unsigned>(distance + 2));
    made.look.full += distance >= 0 ? 1 : 0;
    const auto slot = made.bytes.begin() + static_cast<std::ptrdiff_t>(i * slot_bytes);
    if (distance < 0) std::fill(slot, slot + static_cast<std::ptrdiff_t>(slot_bytes), std::byte{0});
    put_number<std::int16_t>(made.bytes, i * slot_bytes + offset, static_cast<std::int16_t>(distance));
    put(made.bytes, i * slot_bytes + offset + 2, {i + 1 == slots ? 1 : 0});
  }
  return made;
}

inline Made made_qt6(Random& random, std::uint64_t spans) {
  Made made{Bytes(8 + spans * 144, std::byte{0xFF}), {}};
  made.look = {.layout = Layout::kQt6, .slot_bytes = 1, .slots = spans * 128};
  put_number<std::uint64_t>(made.bytes, 0, spans);
  for (std::uint64_t i = 0; i < spans; ++i) {
    const std::size_t at = 8 + i * 144;
    const int full = static_cast<int>(random() % 80);
    const int allocated = full == 0 ? 0 : full <= 48 ? 48 : 80;
    for (int entry = 0; entry < full; ++entry) put(made.bytes, at + static_cast<std::size_t>(entry) + 7, {entry});
    put_number<std::uint64_t>(made.bytes, at + 128, allocated == 0 ? 0 : 0x7f0000001000 + i * 4096);
    put(made.bytes, at + 136, {allocated, full});
    made.look.full += static_cast<std::uint64_t>(full);
  }
  return made;
}

inline Made made_llvm_string(Random& random, std::uint64_t slots) {
  Made made{Bytes((slots + 1) * 12), {}};
  made.look = {.layout = Layout::kLlvmString, .slot_bytes = 12, .slots = slots};
  for (std::uint64_t i = 0; i < slots; ++i) {
    const bool is_erased = random() % 16 == 0;
    if (!is_erased && random() % 2 == 0) continue;
    put_number<std::uint64_t>(made.bytes, i * 8, is_erased ? ~std::uint64_t{7} : 0x7f0000001000 + i * 32);
    put_number<std::uint32_t>(made.bytes, (slots + 1) * 8 + i * 4, static_cast<std::uint32_t>(random()));
    ++(is_erased ? made.look.deleted : made.look.full);
  }
  put_number<std::uint64_t>(made.bytes, slots * 8, 2);
  return made;
}

/// `prime`: the largest below `slots`.
inline Made made_glib(Random& random, std::uint64_t slots, std::uint32_t prime) {
  Made made{Bytes(slots * 4), {}};
  made.look = {.layout = Layout::kGlib, .slot_bytes = 4, .slots = slots};
  std::vector<std::uint32_t> hashes(slots);
  for (std::uint64_t i = 0; i < slots / 2; ++i) {
    auto hash = static_cast<std::uint32_t>(random());
    hash = hash < 2 ? 2 : hash;
    std::uint64_t at = hash * 11 % prime;
    for (std::uint64_t step = 1; hashes[at] != 0; ++step) at = (at + step) % slots;
    hashes[at] = hash;
  }
  for (std::uint32_t& hash : hashes) {
    if (hash > 1 && random() % 8 == 0) hash = 1;
    made.look.full += hash > 1 ? 1 : 0;
    made.look.deleted += hash == 1 ? 1 : 0;
  }
  std::memcpy(made.bytes.data(), hashes.data(), made.bytes.size());
  return made;
}

}  // namespace bucketprof::layout
