// SPDX-License-Identifier: Apache-2.0
//
// Tables of std::pmr under random operations (random_containers.h), and resources that do not know their table's type.
#include "profiler/containers_pmr.h"

#include <cstdint>
#include <memory_resource>
#include <string>
#include <vector>

#include "tests/profiler/random_containers.h"

namespace bucketprof::tests {
namespace {

/// The upstream resource. Blocks of the size of a node (Node, CachedNode) are nodes, all others are bucket arrays.
class CountingResource : public std::pmr::memory_resource {
 public:
  CountingResource(int layer, std::size_t node_bytes) : layer_(layer), node_bytes_(node_bytes) {}

 private:
  void* do_allocate(std::size_t bytes, std::size_t) override {
    const CountingScope scope(layer_, bytes == node_bytes_ ? hashmap::Part::kNodes : hashmap::Part::kBuckets);
    return ::operator new(bytes);
  }
  void do_deallocate(void* start, std::size_t, std::size_t) override { ::operator delete(start); }
  [[nodiscard]] bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }
  int layer_;
  std::size_t node_bytes_;
};

/// All tables of a test share a resource, so in the profile they are one table.
template <class T, int L, std::size_t kNodeBytes>
struct Pmr : Family<T, L, Kind::kStdNode> {
  static constexpr bool kMergeMovesCounts = true;
  static constexpr bool kCopiesAreProfiled = false;  // copies use the default resource
  static profiled::table_resource<T>& memory(const std::string& name = "") {
    static CountingResource upstream{L, kNodeBytes};
    static profiled::table_resource<T> resource{named(name), &upstream};
    return resource;
  }
  static T make(const std::string& name) { return T{&memory(name)}; }
  static alloc::TableId id_of(const T&) { return memory().table_id(); }
};

template <class Key, class Value>
struct Node {
  void* next;
  std::pair<const Key, Value> entry;
};
template <class Key, class Value>
struct CachedNode {
  void* next;
  std::pair<const Key, Value> entry;
  std::size_t hash;
};

using Numbers = std::pmr::unordered_map<std::uint64_t, std::uint64_t>;
using Texts = std::pmr::unordered_map<std::string, std::uint64_t>;
RANDOM_CONTAINER(PmrMapOfIntegers, Pmr<Numbers, 27, sizeof(Node<std::uint64_t, std::uint64_t>)>)
RANDOM_CONTAINER(PmrMapOfStrings, Pmr<Texts, 28, sizeof(CachedNode<std::string, std::uint64_t>)>)
RANDOM_CONTAINER(PmrMultiset, Pmr<std::pmr::unordered_multiset<std::uint32_t>, 29, 16>)

TEST(PmrContainers, AResourceThatKnowsNoTableTellsBlocksAndBytes) {
  start();
  profiled::table_resource<> memory{named("any memory")};
  std::pmr::vector<int> numbers(100, 0, &memory);
  const model::Profile profile = snapshot(At::kNow);
  const Values other = totals(profile, "any memory", "other");
  EXPECT_EQ(other[model::kInuseObjects], 1);
  EXPECT_EQ(other[model::kInuseSpace], 400);
  EXPECT_EQ(other[model::kInuseSlack], 0);  // not known
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    if (label_text(profile, i, model::kLabelTable) == "any memory") {
      EXPECT_EQ(label_text(profile, i, model::kLabelKind), "pmr");
    }
  }
  stop();
}

TEST(PmrContainers, AnUnnamedOneIsNamedByItsValueType) {
  start();
  using Users = std::pmr::unordered_map<wchar_t, signed char>;
  profiled::table_resource<Users> memory;
  Users users{&memory};
  users[1] = 2;
  EXPECT_EQ(totals(snapshot(At::kNow), "wchar_t -> signed char")[model::kInuseObjects], 2);
  stop();
}

TEST(PmrContainers, UpstreamIsTheDefaultResourceUnlessAnotherIsGiven) {
  EXPECT_EQ(profiled::table_resource<>().upstream_resource(), std::pmr::get_default_resource());
  std::pmr::monotonic_buffer_resource pool;
  profiled::table_resource<> memory{named("pool"), &pool};
  EXPECT_EQ(memory.upstream_resource(), &pool);
  EXPECT_EQ(memory, memory);
  EXPECT_NE(memory, profiled::table_resource<>());
}

}  // namespace
}  // namespace bucketprof::tests
