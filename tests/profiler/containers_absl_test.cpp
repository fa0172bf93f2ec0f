// SPDX-License-Identifier: Apache-2.0
//
// Abseil's hash tables under random operations (random_containers.h).
#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <absl/container/node_hash_map.h>
#include <absl/container/node_hash_set.h>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "profiler/containers_absl.h"
#include "tests/profiler/random_containers.h"
#include "tests/support/sized.h"

namespace bucketprof::tests {
namespace {

template <int L, Kind K, class Entry>
using Absl = Watched<L, Entry, Entry, K, profiled::detail::kAbslVersion>;
template <class Key>
using Hash = typename absl::flat_hash_set<Key>::hasher;
template <class Key>
using Equal = typename absl::flat_hash_set<Key>::key_equal;
template <template <class...> class Table, Kind K, int L, class Key, class Value>
using AbslMap = Family<Table<Key, Value, Hash<Key>, Equal<Key>, Absl<L, K, std::pair<const Key, Value>>>, L, K>;
template <template <class...> class Table, Kind K, int L, class Key>
using AbslSet = Family<Table<Key, Hash<Key>, Equal<Key>, Absl<L, K, Key>>, L, K>;

RANDOM_CONTAINER(AbslFlatMapOfIntegers, AbslMap<absl::flat_hash_map, Kind::kAbslFlat, 8, std::uint64_t, std::uint64_t>)
RANDOM_CONTAINER(AbslFlatMapOfStrings, AbslMap<absl::flat_hash_map, Kind::kAbslFlat, 9, std::string, std::string>)
RANDOM_CONTAINER(AbslFlatSet, AbslSet<absl::flat_hash_set, Kind::kAbslFlat, 10, std::uint32_t>)
RANDOM_CONTAINER(AbslNodeMap, AbslMap<absl::node_hash_map, Kind::kAbslNode, 11, std::string, std::uint64_t>)
RANDOM_CONTAINER(AbslNodeSet, AbslSet<absl::node_hash_set, Kind::kAbslNode, 12, std::string>)

// Entries of many sizes and alignments.
template <int L, std::size_t Bytes, std::size_t Alignment>
using AbslSized = Family<absl::flat_hash_set<testing_support::Sized<Bytes, Alignment>, testing_support::SizedHash,
                                             std::equal_to<testing_support::Sized<Bytes, Alignment>>,
                                             Absl<L, Kind::kAbslFlat, testing_support::Sized<Bytes, Alignment>>>,
                         L, Kind::kAbslFlat>;
RANDOM_CONTAINER(AbslFlatSetOfTwoBytes, AbslSized<52, 2, 1>)
RANDOM_CONTAINER(AbslFlatSetOfSeventeenBytes, AbslSized<53, 17, 1>)
RANDOM_CONTAINER(AbslFlatSetOfThreeWords, AbslSized<54, 24, 8>)
RANDOM_CONTAINER(AbslFlatSetOfLargeEntries, AbslSized<55, 300, 4>)
RANDOM_CONTAINER(AbslFlatSetOfCacheLines, AbslSized<56, 64, 64>)

TEST(AbslContainers, AMovedFromTableSharesTheNameAndCountsOfItsHeir) {
  profiled::flat_hash_set<int> users{named("users")};
  users.insert(1);
  const profiled::flat_hash_set<int> heir = std::move(users);
  EXPECT_EQ(users.get_allocator().table_id(), heir.get_allocator().table_id());  // NOLINT(bugprone-use-after-move)
}

}  // namespace
}  // namespace bucketprof::tests
