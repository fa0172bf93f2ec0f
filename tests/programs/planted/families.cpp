// SPDX-License-Identifier: Apache-2.0
//
// `planted_families FAMILY MISTAKE [wrong|healthy] [RESERVE]`: the mistakes that tables of any family can have, made
// with a container of FAMILY, or done right; RESERVE replaces the argument of its reserve().
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <list>
#include <string_view>

#include "profiler/containers_absl.h"
#include "profiler/containers_boost.h"
#include "profiler/containers_robin.h"
#include "profiler/containers_std.h"
#include "profiler/containers_tsl.h"
// Debian has no packages of these.
#if __has_include(<parallel_hashmap/phmap.h>)
#include "profiler/containers_phmap.h"
#define HAS_PHMAP
#endif
#if __has_include(<folly/container/F14Map.h>)
#include "profiler/containers_f14.h"
#define HAS_F14
#endif
#if __has_include(<gtl/phmap.hpp>)
#include "profiler/containers_gtl.h"
#define HAS_GTL
#endif
#if __has_include(<ankerl/unordered_dense.h>)
#include "profiler/containers_dense.h"
#define HAS_DENSE
#endif

namespace planted {

using bucketprof::named;
using Number = std::uint64_t;
namespace profiled = bucketprof::profiled;

struct Choice {
  bool healthy = false;
  std::size_t reserve = 0;
};

template <class Table>
Table& kept(const char* name) {
  static auto* const tables = new std::list<Table>;  // never destroyed: in use when the profile is written
  return tables->emplace_back(named(name));
}

template <class Table>
void insert(Table& table, Number entries) {
  for (Number i = 0; i < entries; ++i) table[i * 7919] = i;
}

template <class Table>
void over_preallocated(const Choice& choice) {
  Table& users = kept<Table>("users");
  users.reserve(choice.reserve);  // planted: family_over_preallocated
  insert(users, choice.healthy ? choice.reserve : 40);
}

template <class Table>
void never_used(const Choice& choice) {
  for (int i = 0; i < 100; ++i) {
    Table& shard = kept<Table>("shards");
    if (choice.reserve != 0) shard.reserve(choice.reserve);  // planted: family_never_used
    if (choice.healthy) insert(shard, choice.reserve);
  }
}

// One table for each request; all are destroyed long before the moment of the profile.
template <class Table>
void temporary(const Choice& choice) {
  for (int request = 0; request < 1000; ++request) {
    Table headers{named("headers")};
    if (choice.reserve != 0) headers.reserve(choice.reserve);  // planted: family_temporary
    insert(headers, choice.healthy ? choice.reserve : 20 + request % 5);
  }
}

template <class Table>
void grown_in_steps(const Choice& choice) {
  Table& prices = kept<Table>("prices");
  if (choice.reserve != 0) prices.reserve(choice.reserve);
  for (Number i = 0; i < 100'000; ++i) {
    prices[i * 7919] = i;  // planted: family_grown_in_steps
  }
}

template <class Table>
void reserved_too_little(const Choice& choice) {
  Table& orders = kept<Table>("orders");
  orders.reserve(choice.reserve);  // planted: family_reserved_too_little
  insert(orders, 100'000);
}

template <class Table>
void emptied(const Choice& choice) {
  Table& sessions = kept<Table>("sessions");
  sessions.reserve(100'000);  // planted: family_emptied
  insert(sessions, 100'000);
  if (choice.healthy) return;
  for (Number i = 10; i < 100'000; ++i) sessions.erase(i * 7919);
  if (choice.reserve == 0) return;
  Table left{named("sessions")};  // the advice
  for (const auto& [key, value] : sessions) left[key] = value;
  sessions = std::move(left);
}

template <class Table>
void many_tiny(const Choice& choice) {
  if (choice.healthy) {
    Table& all = kept<Table>("tags");
    all.reserve(50'000);
    return insert(all, 50'000);
  }
  for (Number i = 0; i < 50'000; ++i) {
    kept<Table>("tags")[i] = i;  // planted: family_many_tiny
  }
}

struct Way {
  std::string_view name;
  std::size_t wrong;
  std::size_t right;
};
constexpr std::array<Way, 7> kWays{{{"over_preallocated", 1'000'000, 50'000},
                                    {"never_used", 10'000, 7'000},
                                    {"temporary", 5'000, 400},
                                    {"grown_in_steps", 0, 100'000},
                                    {"reserved_too_little", 1'000, 100'000},
                                    {"emptied", 0, 0},
                                    {"many_tiny", 0, 0}}};

template <class Table>
int run(std::string_view mistake, Choice choice, const char* reserve) {
  constexpr std::array kRuns{over_preallocated<Table>,   never_used<Table>, temporary<Table>, grown_in_steps<Table>,
                             reserved_too_little<Table>, emptied<Table>,    many_tiny<Table>};
  for (std::size_t i = 0; i < kWays.size(); ++i) {
    if (kWays[i].name != mistake) continue;
    choice.reserve = choice.healthy ? kWays[i].right : kWays[i].wrong;
    if (reserve != nullptr) choice.reserve = std::strtoull(reserve, nullptr, 10);
    kRuns[i](choice);
    return 0;
  }
  return 2;
}

}  // namespace planted

int main(int argc, char** argv) {
  using namespace planted;
  const std::string_view family = argc > 1 ? argv[1] : "";
  const std::string_view mistake = argc > 2 ? argv[2] : "";
  const Choice choice{.healthy = argc > 3 && std::string_view(argv[3]) == "healthy"};
  const char* const reserve = argc > 4 ? argv[4] : nullptr;
  if (family == "std_node") return run<profiled::unordered_map<Number, Number>>(mistake, choice, reserve);
  if (family == "absl_flat") return run<profiled::flat_hash_map<Number, Number>>(mistake, choice, reserve);
  if (family == "absl_node") return run<profiled::node_hash_map<Number, Number>>(mistake, choice, reserve);
  if (family == "boost_flat") return run<profiled::unordered_flat_map<Number, Number>>(mistake, choice, reserve);
  if (family == "boost_node") {
    return run<profiled::boost_closed::unordered_map<Number, Number>>(mistake, choice, reserve);
  }
  if (family == "tsl_hopscotch") return run<profiled::hopscotch_map<Number, Number>>(mistake, choice, reserve);
  if (family == "tsl_robin") return run<profiled::robin_map<Number, Number>>(mistake, choice, reserve);
#ifdef HAS_PHMAP
  if (family == "phmap_flat") return run<profiled::phmap::flat_hash_map<Number, Number>>(mistake, choice, reserve);
  if (family == "phmap_node") return run<profiled::phmap::node_hash_map<Number, Number>>(mistake, choice, reserve);
#endif
#ifdef HAS_GTL
  if (family == "gtl_flat") return run<profiled::gtl::flat_hash_map<Number, Number>>(mistake, choice, reserve);
  if (family == "gtl_node") return run<profiled::gtl::node_hash_map<Number, Number>>(mistake, choice, reserve);
#endif
#ifdef HAS_F14
  if (family == "folly_f14") return run<profiled::f14::F14ValueMap<Number, Number>>(mistake, choice, reserve);
  if (family == "folly_f14_node") return run<profiled::f14::F14NodeMap<Number, Number>>(mistake, choice, reserve);
#endif
#ifdef HAS_DENSE
  if (family == "ankerl_dense") return run<profiled::dense::map<Number, Number>>(mistake, choice, reserve);
#endif
  std::fprintf(stderr, "usage: planted_families FAMILY MISTAKE [wrong|healthy] [RESERVE]\n");
  return 2;
}
