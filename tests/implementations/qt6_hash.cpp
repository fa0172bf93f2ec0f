// SPDX-License-Identifier: Apache-2.0
//
// QHash, QSet and QMultiHash of Qt 6. A hash has an object of its own, an array of spans, and each span an array of
// entries. Names do not tell the first object and spans from those of a copy.
// packages: qt6-base-dev
// source: Qt 6 (qtbase)
// compile: -fPIC $(pkg-config --cflags --libs Qt6Core)
#include <QHash>
#include <QSet>

namespace {

__attribute__((noinline)) void fill(QHash<int, int>& hash, int first, int last) {
  for (int i = first; i < last; ++i)
    hash.insert(i, i);  // expect: qt6_hash other/unknown buckets/unknown buckets/rehash other/rehash
}

void reserve(QSet<int>& set) { set.reserve(3000); }  // expect: qt6_hash other/hint buckets/hint

}  // namespace

int main() {
  QHashSeed::setDeterministicGlobalSeed();
  QHash<int, int> grown;
  fill(grown, 0, 5000);
  QHash<int, int> listed{{1, 1}, {2, 2}, {3, 3}};  // expect: qt6_hash other/hint buckets/hint
  QHash<int, int> copy = grown;
  copy.detach();  // expect: qt6_hash other/unknown buckets/unknown other/copy
  for (int i = 0; i < 4990; ++i) grown.remove(i);
  grown.squeeze();  // expect: qt6_hash buckets/shrink other/shrink
  grown.clear();
  copy.reserve(20000);  // expect: qt6_hash buckets/hint other/hint
  QSet<int> set;
  reserve(set);
  for (int i = 0; i < 3000; ++i) set.insert(i);  // expect: qt6_hash other/unknown
  QMultiHash<int, int> multi;
  for (int i = 0; i < 1000; ++i)
    multi.insert(i % 100, i);  // expect: qt6_hash other/unknown buckets/unknown buckets/rehash other/rehash nodes/node
  multi.reserve(1000);         // expect: qt6_hash buckets/hint other/hint
  return grown.isEmpty() && listed.size() == 3 ? 0 : 1;
}
