// SPDX-License-Identifier: Apache-2.0
//
// src/search.cpp without its inline namespace; its templates are no longer in an unnamed namespace.
#include "profiler/containers_absl.h"
#include "profiler/containers_map.h"
#include "tests/programs/shop/src/shop.h"

namespace shop::search {

template <class Table>
void count(Table& table, Number key) {
  ++table[key];
}

struct Stem {
  Number operator()(Number word) const { return word / 2; }
};

template <class Table, class Hasher>
class Counter {
 public:
  explicit Counter(Table& table) : table_(table) {}
  void add(Number word) const { count(table_, hasher_(word)); }

 private:
  Table& table_;
  Hasher hasher_;
};

template <class Table>
void count_all(Table& table, Number words) {
  const Counter<Table, Stem> counter(table);
  for (Number word = 0; word < words; ++word) counter.add(word);
}

class Index {
 public:
  void build(Number words) {
    count_all(words_, words);
    const auto rank = [this](Number word) { ranks_[word % 10'000] += word; };
    Feed feed(3);
    for (Number i = 0; i < words; ++i) rank(feed.next());
  }
  [[nodiscard]] std::size_t size() const { return words_.size() + ranks_.size(); }

 private:
  bucketprof::profiled::flat_hash_map<Number, Number> words_{bucketprof::named("words")};
  bucketprof::profiled::Map<Number, Number> ranks_{bucketprof::named("ranks")};
};

}  // namespace shop::search

namespace shop {

std::size_t index_words() {
  auto& index = *new search::Index;
  index.build(kWords);
  return index.size();
}

}  // namespace shop
