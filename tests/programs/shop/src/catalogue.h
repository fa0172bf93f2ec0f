// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "profiler/containers_map.h"
#include "profiler/containers_std.h"
#include "tests/programs/shop/src/shop.h"

namespace shop {

struct Price {
  Number cents = 0;
  Number since = 0;
};

/// What is for sale. One thread fills it.
class Catalogue {
 public:
  void load();
  [[nodiscard]] std::size_t size() const { return products_.size() + prices_.size(); }

 private:
  void load_products(Number count);
  void load_prices(Number count);

  bucketprof::profiled::unordered_map<Number, Product> products_{bucketprof::named("products")};
  bucketprof::profiled::Map<Number, Price> prices_{bucketprof::named("prices")};
};

}  // namespace shop
