// SPDX-License-Identifier: Apache-2.0
//
// What optimisers do to call sites: a method whose last call becomes a jump (settle() is called in one place, put() and
// prepare() in two); functions with identical bodies, which are folded into one; a lambda. The table in check_out() is
// destroyed when the function returns, all others live until the program ends.
#include "tests/programs/shop/src/orders.h"

namespace shop {
namespace {

constexpr Number kCustomers = 5'000;
constexpr Number kCorrections = 1'000;
constexpr Number kBasket = 4'000;

}  // namespace

static Number customer_of(Number number) { return number % kCustomers; }

[[gnu::noinline]] static void charge(Balances& balances, Number customer) { balances.emplace(customer, 0); }

[[gnu::noinline]] static void refund(Balances& balances, Number customer) { balances.emplace(customer, 0); }

OrderBook::OrderBook(Number region) : feed_(region + 1) {}

void OrderBook::prepare(Number count) { orders_.reserve(count); }

void OrderBook::put(Number id, const Order& order) { orders_.emplace(id, order); }

void OrderBook::take(Number count) {
  prepare(count / 4);  // too few, because the number is not known yet
  for (Number id = 0; id < count; ++id) put(id, {customer_of(feed_.next()), feed_.next() % kProducts});
}

void OrderBook::correct(Number count) {
  prepare(kOrders + count);
  for (Number id = 0; id < count; ++id) put(kOrders + id, {customer_of(id), 0});
}

void OrderBook::settle() {
  const auto book = [this](const Order& order) { ++customers_[order.customer]; };
  for (Number id = 0; id < kOrders; ++id) book(orders_.at(id));
  for (Number id = 0; id < kCorrections; ++id) charge(customers_, kCustomers + id);
  for (Number id = 0; id < 2 * kCorrections; ++id) refund(customers_, 2 * kCustomers + id);
#ifdef SHOP_EXTRA_REHASH
  customers_.rehash(customers_.bucket_count() * 2);  // planted: extra_rehash
#endif
  check_out(1, kBasket);
}

Number check_out(Number customer, Number count) {
  using Basket = bucketprof::profiled::unordered_set<Number>;
#ifdef SHOP_LEAK
  Basket& basket = *new Basket(bucketprof::named("basket"));
#else
  Basket basket(bucketprof::named("basket"));
#endif
  Feed feed(customer);
  for (Number i = 0; i < count; ++i) basket.insert(feed.next());  // planted: leak
  return basket.size();
}

std::size_t trade(Number region) {
  auto& book = *new OrderBook(region);
  book.take(kOrders);
  book.correct(kCorrections);
  book.settle();
  return book.size();
}

}  // namespace shop
