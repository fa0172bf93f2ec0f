// SPDX-License-Identifier: Apache-2.0
//
// Hash tables of several libraries, each filled, reserved and copied at functions of its own, with value types of
// their own. Tests know these functions and types by name. One thread.
#include <absl/container/flat_hash_map.h>
#include <absl/container/node_hash_map.h>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered_map.hpp>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>
#if __has_include(<tsl/hopscotch_map.h>)
#include <tsl/hopscotch_map.h>
#endif

namespace program {

constexpr int kEntries = 2000;
constexpr int kReserved = 5000;

struct Cart {
  long items = 0;
  long sum = 0;
};

// Called last in each function below, so that the compiler cannot make the call before it a tail call.
template <class T>
void keep(T& table) {
  asm volatile("" : : "r"(&table) : "memory");
}

template <class Map>
[[gnu::noinline]] void fill(Map& map) {
  for (int i = 0; i < kEntries; ++i) map[i].items = i;
  keep(map);
}
template <class Map>
[[gnu::noinline]] void reserve(Map& map) {
  map.reserve(kReserved);
  keep(map);
}
template <class Map>
[[gnu::noinline]] Map copy(const Map& map) {
  Map other(map);
  keep(other);
  return other;
}

template <class Map>
void use() {
  Map filled;
  fill(filled);
  Map reserved;
  reserve(reserved);
  const Map copied = copy(filled);
  keep(copied);
}

[[gnu::noinline]] void fill_texts(std::unordered_map<std::string, std::vector<int>>& map) {
  for (int i = 0; i < kEntries; ++i) map[std::string(40, 'x') + std::to_string(i)].assign(10, i);
  keep(map);
}

[[gnu::noinline]] void fill_set(std::unordered_set<int>& set) {
  for (int i = 0; i < kEntries; ++i) set.insert(i);
  keep(set);
}

}  // namespace program

namespace {

struct Hidden {  // functions of such types have no linkage names
  long items = 0;
};

}  // namespace

int main() {
  using namespace program;
  std::unordered_map<int, Hidden> hidden;
  fill(hidden);
  use<std::unordered_map<int, Cart>>();
  use<absl::flat_hash_map<int, Cart>>();
  use<absl::node_hash_map<int, Cart>>();
  use<boost::unordered_map<int, Cart>>();
  use<boost::unordered_flat_map<int, Cart>>();
#if __has_include(<tsl/hopscotch_map.h>)
  use<tsl::hopscotch_map<int, Cart>>();
#endif
  std::unordered_map<std::string, std::vector<int>> texts;
  fill_texts(texts);
  std::unordered_set<int> set;
  fill_set(set);
}
