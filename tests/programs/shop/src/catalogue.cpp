// SPDX-License-Identifier: Apache-2.0
//
// One large table of nodes, and one of the bundled map that is reserved.
#include "tests/programs/shop/src/catalogue.h"

#ifndef SHOP_GROWTH
#define SHOP_GROWTH 0  // per cent more products
#endif
#ifndef SHOP_RESERVE
#define SHOP_RESERVE 1  // times as many prices as there are
#endif

namespace shop {
namespace {

constexpr Number kPrices = 3 * kProducts;

Number with_growth(Number count) { return count + count * SHOP_GROWTH / 100; }

template <class Table, class Make>
void fill(Table& table, Number count, const Make& make) {
  for (Number id = 1; id <= count; ++id) table.emplace(id * 7919, make(id));  // planted: growth
}

}  // namespace

void Catalogue::load() {
  load_products(with_growth(kProducts));
  load_prices(kPrices);
}

void Catalogue::load_products(Number count) {
  products_.reserve(kProducts + kProducts / 10);  // and some to come
  fill(products_, count, [](Number id) {
    Product product;
    product.page[0] = id;
    return product;
  });
}

void Catalogue::load_prices(Number count) {
  prices_.reserve(count * SHOP_RESERVE);  // planted: doubled_reserve
  fill(prices_, count, [](Number id) { return Price{id % 1000, 0}; });
}

std::size_t stock() {
  auto& catalogue = *new Catalogue;  // never destroyed: in use when the profile is written
  catalogue.load();
  return catalogue.size();
}

}  // namespace shop
