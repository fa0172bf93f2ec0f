// SPDX-License-Identifier: Apache-2.0
//
// QHash and QSet of Qt 5: the array and the nodes are allocated in Qt's library, which has only exported
// names. The object of a hash is allocated by the function that also copies it, and so counts as an array.
// packages: qtbase5-dev
// source: Qt 5 (qtbase)
// compile: -fPIC $(pkg-config --cflags --libs Qt5Core)
#include <QHash>
#include <QSet>

namespace {

__attribute__((noinline)) void fill(QHash<int, int>& hash, int count) {
  for (int i = 0; i < count; ++i) hash.insert(i, i);  // expect: qt5_hash buckets/unknown buckets/rehash nodes/node
}

}  // namespace

int main() {
  QHash<int, int> grown;
  fill(grown, 5000);
  QHash<int, int> copy = grown;
  copy.detach();                                   // expect: qt5_hash buckets/unknown nodes/node
  for (int i = 0; i < 4990; ++i) grown.remove(i);  // expect: qt5_hash buckets/shrink
  grown.squeeze();                                 // expect: qt5_hash buckets/shrink
  QSet<int> set;
  set.reserve(3000);                             // expect: qt5_hash buckets/hint
  for (int i = 0; i < 3000; ++i) set.insert(i);  // expect: qt5_hash nodes/node
  return grown.size() == 10 ? 0 : 1;
}
