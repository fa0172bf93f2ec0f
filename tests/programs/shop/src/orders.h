// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "profiler/containers_std.h"
#include "tests/programs/shop/src/shop.h"

namespace shop {

struct Order {
  Number customer = 0;
  Number product = 0;
};

using Balances = bucketprof::profiled::unordered_map<Number, Number>;

/// The orders of one region. One thread works on it.
class OrderBook {
 public:
  explicit OrderBook(Number region);
  void take(Number count);
  void correct(Number count);
  void settle();
  [[nodiscard]] std::size_t size() const { return orders_.size() + customers_.size(); }

 private:
  [[gnu::noinline]] void prepare(Number count);
  [[gnu::noinline]] void put(Number id, const Order& order);

  Feed feed_;
  bucketprof::profiled::unordered_map<Number, Order> orders_{bucketprof::named("orders")};
  Balances customers_{16, bucketprof::named("customers")};
};

/// Puts a customer's products into a basket, and empties it.
Number check_out(Number customer, Number count);

}  // namespace shop
