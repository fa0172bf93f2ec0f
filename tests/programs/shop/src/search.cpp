// SPDX-License-Identifier: Apache-2.0
//
// Templates over tables, functions of internal linkage, an inline namespace.
#include "tests/programs/shop/src/search.h"

namespace shop::search {
inline namespace v1 {
namespace {

template <class Table>
void count(Table& table, Number key) {
  ++table[key];
}

template <class Table, class Hasher>
class Counter {
 public:
  explicit Counter(Table& table) : table_(table) {}
  void add(Number word) const { count(table_, hasher_(word)); }

 private:
  Table& table_;
  Hasher hasher_;
};

struct Stem {
  Number operator()(Number word) const { return word / 2; }
};

template <class Table>
void count_all(Table& table, Number words) {
  const Counter<Table, Stem> counter(table);
  for (Number word = 0; word < words; ++word) counter.add(word);
}

}  // namespace

void Index::build(Number words) {
  count_all(words_, words);
  const auto rank = [this](Number word) { ranks_[word % 10'000] += word; };
  Feed feed(3);
  for (Number i = 0; i < words; ++i) rank(feed.next());
}

}  // namespace v1
}  // namespace shop::search

namespace shop {

std::size_t index_words() {
  auto& index = *new search::Index;
  index.build(kWords);
  return index.size();
}

}  // namespace shop
