// SPDX-License-Identifier: Apache-2.0
//
// What the cases share: families of tables, the tables of a case, and the facts that a case counts while it runs, with
// which a test compares the report's sentences. With CASES_PLAIN the tables are those of the libraries, without a
// profiler. Not for use from several threads, except made() and kept().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/cases/facts.h"
#ifdef CASES_PLAIN
#include <absl/container/flat_hash_map.h>
#include <boost/functional/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered_map.hpp>
#include <unordered_map>
#include "hashmap/map.h"
#else
#include "profiler/containers_absl.h"
#include "profiler/containers_boost.h"
#include "profiler/containers_std.h"
#include "tests/programs/steady_map.h"
#endif

namespace cases {

using Number = std::uint64_t;

#ifdef CASES_PLAIN
namespace open = boost;
namespace closed = boost;
namespace standard = std;
namespace abseil = absl;
template <class K, class V, class Hash>
using Bundled = bucketprof::Map<K, V, Hash>;
#else
namespace open = bucketprof::profiled;
namespace closed = bucketprof::profiled::boost_closed;
namespace standard = bucketprof::profiled;
namespace abseil = bucketprof::profiled;
template <class K, class V, class Hash>
using Bundled = bucketprof::programs::SteadyMap<K, V, Hash>;
#endif

/// kWearsOut: erased entries use up room, so that a table in which entries come and go needs twice as much.
struct Std {
  static constexpr bool kWearsOut = false;
  template <class K, class V, class Hash = std::hash<K>>
  using Map = standard::unordered_map<K, V, Hash>;
};
struct AbslFlat {
  static constexpr bool kWearsOut = true;
  template <class K, class V, class Hash = typename absl::flat_hash_map<K, V>::hasher>
  using Map = abseil::flat_hash_map<K, V, Hash>;
};
struct BoostFlat {
  static constexpr bool kWearsOut = true;
  template <class K, class V, class Hash = boost::hash<K>>
  using Map = open::unordered_flat_map<K, V, Hash>;
};
struct BoostClosed {
  static constexpr bool kWearsOut = false;
  template <class K, class V, class Hash = boost::hash<K>>
  using Map = closed::unordered_map<K, V, Hash>;
};
struct BundledMap {
  static constexpr bool kWearsOut = true;
  template <class K, class V, class Hash = std::hash<K>>
  using Map = Bundled<K, V, Hash>;
};

/// A table of the case, which it destroys itself.
template <class Table>
Table made(const char* name) {
  facts().made(name);
#ifdef CASES_PLAIN
  return Table();
#else
  return Table(bucketprof::named(name));
#endif
}

/// A table that is never destroyed: it is in use when the profile is written.
template <class Table>
Table& kept(const char* name) {
  return *new Table(made<Table>(name));
}

/// Notes how many entries a table has at its fullest, and at the end.
template <class Table>
void full(const Table& table) {
  facts().most.insert(table.size());
}
template <class Table>
void ended(const Table& table) {
  facts().left.insert(table.size());
}

/// A macro, because the line that makes a table grow is that of the case.
#define FILL(TABLE, FROM, TO) \
  for (Number new_key = (FROM); new_key < (TO); ++new_key) (TABLE)[new_key] = new_key

/// A case: NAME(run) is instantiated with each family, and called by its name.
using Function = void (*)(const Run& run);
bool add_case(std::string_view name, const std::vector<std::pair<std::string_view, Function>>& families);

#define CASE(NAME)                                                                 \
  const bool added_##NAME = add_case(#NAME, {{"std", &NAME<Std>},                  \
                                             {"absl_flat", &NAME<AbslFlat>},       \
                                             {"boost_flat", &NAME<BoostFlat>},     \
                                             {"boost_closed", &NAME<BoostClosed>}, \
                                             {"map", &NAME<BundledMap>}})
#define CASE_OF_LOAD_FACTORS(NAME) \
  const bool added_##NAME = add_case(#NAME, {{"std", &NAME<Std>}, {"boost_closed", &NAME<BoostClosed>}})

}  // namespace cases
