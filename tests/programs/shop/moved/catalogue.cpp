// SPDX-License-Identifier: Apache-2.0
//
// src/catalogue.cpp without its template and one of its methods, which were moved to fill.h and prices.cpp.
#include "tests/programs/shop/src/catalogue.h"

#include "tests/programs/shop/moved/fill.h"

namespace shop {
namespace {

Product blank() { return {}; }

}  // namespace

std::size_t stock() {
  auto& catalogue = *new Catalogue;
  catalogue.load();
  return catalogue.size();
}

void Catalogue::load() {
  load_products(kProducts);
  load_prices(3 * kProducts);
}

void Catalogue::load_products(Number count) {
  products_.reserve(kProducts + kProducts / 10);  // and some to come
  fill(products_, count, [](Number id) {
    Product product = blank();
    product.page[0] = id;
    return product;
  });
}

}  // namespace shop
