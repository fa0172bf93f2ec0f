// SPDX-License-Identifier: Apache-2.0
//
// src/orders.cpp with its class in an inline namespace, one more lambda before the other, and its functions in another
// order.
#include "profiler/containers_std.h"
#include "tests/programs/shop/src/shop.h"

namespace shop {
inline namespace v2 {

struct Order {
  Number customer = 0;
  Number product = 0;
};

using Balances = bucketprof::profiled::unordered_map<Number, Number>;

class OrderBook {
 public:
  explicit OrderBook(Number region) : feed_(region + 1) {}
  void settle();
  void correct(Number count);
  void take(Number count);
  [[nodiscard]] std::size_t size() const { return customers_.size() + orders_.size(); }

 private:
  [[gnu::noinline]] void put(Number id, const Order& order) { orders_.emplace(id, order); }
  [[gnu::noinline]] void prepare(Number count) { orders_.reserve(count); }

  Feed feed_;
  bucketprof::profiled::unordered_map<Number, Order> orders_{bucketprof::named("orders")};
  Balances customers_{16, bucketprof::named("customers")};
};

}  // namespace v2

namespace {

constexpr Number kCustomers = 5'000;
constexpr Number kCorrections = 1'000;
constexpr Number kBasket = 4'000;

Number check_out(Number customer, Number count) {
  bucketprof::profiled::unordered_set<Number> basket(bucketprof::named("basket"));
  Feed feed(customer);
  for (Number i = 0; i < count; ++i) basket.insert(feed.next());
  return basket.size();
}

Number customer_of(Number number) { return number % kCustomers; }

[[gnu::noinline]] void refund(Balances& balances, Number customer) { balances.emplace(customer, 0); }

[[gnu::noinline]] void charge(Balances& balances, Number customer) { balances.emplace(customer, 0); }

}  // namespace

inline namespace v2 {

void OrderBook::settle() {
  const auto is_known = [](const Order& order) { return order.customer < kCustomers; };
  const auto book = [this, is_known](const Order& order) {
    if (is_known(order)) ++customers_[order.customer];
  };
  for (Number id = 0; id < kOrders; ++id) book(orders_.at(id));
  for (Number id = 0; id < kCorrections; ++id) charge(customers_, kCustomers + id);
  for (Number id = 0; id < 2 * kCorrections; ++id) refund(customers_, 2 * kCustomers + id);
  check_out(1, kBasket);
}

void OrderBook::correct(Number count) {
  prepare(kOrders + count);
  for (Number id = 0; id < count; ++id) put(kOrders + id, {customer_of(id), 0});
}

void OrderBook::take(Number count) {
  prepare(count / 4);
  for (Number id = 0; id < count; ++id) put(id, {customer_of(feed_.next()), feed_.next() % kProducts});
}

}  // namespace v2

std::size_t trade(Number region) {
  auto& book = *new OrderBook(region);
  book.take(kOrders);
  book.correct(kCorrections);
  book.settle();
  return book.size();
}

}  // namespace shop
