// SPDX-License-Identifier: Apache-2.0
//
// Catalogue::load_prices, moved to a file of its own.
#include "tests/programs/shop/moved/fill.h"
#include "tests/programs/shop/src/catalogue.h"

namespace shop {

void Catalogue::load_prices(Number count) {
  prices_.reserve(count);
  fill(prices_, count, [](Number id) { return Price{id % 1000, 0}; });
}

}  // namespace shop
