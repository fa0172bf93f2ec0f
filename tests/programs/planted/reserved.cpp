// SPDX-License-Identifier: Apache-2.0
//
// Mistakes of tables that are reserved for the wrong number of entries, or not at all.
#include <array>
#include <utility>

#include "tests/programs/planted/planted.h"

namespace planted {

void over_preallocated(const Choice& choice) {
  Table& users = kept<Table>().emplace_back(bucketprof::named("users"));
  users.reserve(choice.reserve);  // planted: over_preallocated
  insert(users, choice.healthy ? choice.reserve : 40);
}

void never_used(const Choice& choice) {
  std::vector<Table>& shards = kept<Table>();
  for (int i = 0; i < 100; ++i) {
    Table& shard = shards.emplace_back(bucketprof::named("shards"));
    if (choice.reserve != 0) shard.reserve(choice.reserve);  // planted: never_used
    if (choice.healthy) insert(shard, choice.reserve);
  }
}

// One table for each request; all are destroyed long before the moment of the profile.
void temporary(const Choice& choice) {
  for (int request = 0; request < 2000; ++request) {
    Table headers{bucketprof::named("headers")};
    if (choice.reserve != 0) headers.reserve(choice.reserve);  // planted: temporary
    insert(headers, choice.healthy ? choice.reserve : 20 + request % 5);
  }
}

namespace {

template <std::size_t kBytes>
struct Record {
  std::array<char, kBytes> text{};
};

template <std::size_t kBytes>
[[gnu::noinline]] void load(const Choice& choice) {
  using Records = bucketprof::programs::SteadyMap<Number, Record<kBytes>>;
  Records records;                                           // no name: the type tells them apart
  if (choice.reserve != 0) records.reserve(choice.reserve);  // planted: templated
  const Number entries = choice.healthy ? choice.reserve : 30;
  for (Number i = 0; i < entries; ++i) records[i] = {};
}

template <std::size_t... kBytes>
void load_all(const Choice& choice, std::index_sequence<kBytes...> sizes) {
  static_cast<void>(sizes);
  (load<kBytes + 1>(choice), ...);
}

}  // namespace

void templated(const Choice& choice) { load_all(choice, std::make_index_sequence<6>()); }

void reserved_too_little(const Choice& choice) {
  Table& orders = kept<Table>().emplace_back(bucketprof::named("orders"));
  orders.reserve(choice.reserve);  // planted: reserved_too_little
  insert(orders, choice.healthy ? choice.reserve : 100'000);
}

void grown_in_steps(const Choice& choice) {
  Table& prices = kept<Table>().emplace_back(bucketprof::named("prices"));
  if (choice.reserve != 0) prices.reserve(choice.reserve);
  const Number entries = 100'000;
  for (Number i = 0; i < entries; ++i) {
    prices[i * 7919] = i;  // planted: grown_in_steps
  }
}

}  // namespace planted
