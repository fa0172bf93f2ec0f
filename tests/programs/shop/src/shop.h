// SPDX-License-Identifier: Apache-2.0
//
// A shop of fixed size: its tables get the same entries in every run, whatever the compiler. Each table belongs to one
// thread; all but baskets live until the program ends. A macro SHOP_* plants one change; CMakeLists.txt lists them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace shop {

using Number = std::uint64_t;

/// The shop's input: the same numbers in every run.
class Feed {
 public:
  explicit Feed(Number seed) : state_(seed) {}
  Number next() { return (state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL) >> 24U; }

 private:
  Number state_;
};

struct Product {
  std::array<Number, 126> page{};  // 1 KiB a node
};

constexpr Number kProducts = 66'000;  // 64 MiB and a little
constexpr Number kOrders = 20'000;    // of each region
constexpr Number kRegions = 2;
constexpr Number kWords = 30'000;

// The work of each thread. They return the number of entries in tables that live until the program ends.
std::size_t stock();
std::size_t trade(Number region);
std::size_t index_words();

}  // namespace shop
