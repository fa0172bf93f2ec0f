// SPDX-License-Identifier: Apache-2.0
//
// LLVM's DenseMap, DenseSet, SmallDenseMap and StringMap. The functions of StringMap that are not templates are in
// LLVM's library, which has only exported names.
// packages: llvm-16-dev
// source: LLVM
// compile: $(llvm-config-16 --cppflags --ldflags --libs)
#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/DenseSet.h>
#include <llvm/ADT/StringMap.h>

#include <array>

namespace {

__attribute__((noinline)) void fill(llvm::DenseMap<int, int>& map) {
  for (int i = 0; i < 5000; ++i) map[i] = i;  // expect: llvm_dense buckets/rehash
}

void reserve(llvm::DenseMap<int, int>& map) { map.reserve(20000); }  // expect: llvm_dense buckets/hint

llvm::StringRef name(int i) {
  static std::array<char, 4> text{};
  for (char& c : text) c = char('a' + i % 16), i /= 16;
  return {text.data(), text.size()};
}

}  // namespace

int main() {
  llvm::DenseMap<int, int> grown;
  fill(grown);
  llvm::DenseMap<int, int> copy(grown);  // expect: llvm_dense buckets/copy
  llvm::DenseMap<int, int> assigned;
  assigned = grown;  // expect: llvm_dense buckets/copy
  reserve(copy);
  llvm::DenseMap<int, int> hinted(1000);  // expect: llvm_dense buckets/hint
  for (int i = 100; i < 5000; ++i) grown.erase(i);
  grown.clear();  // expect: llvm_dense buckets/shrink
  llvm::DenseSet<int> set;
  for (int i = 0; i < 1000; ++i) set.insert(i);  // expect: llvm_dense buckets/rehash
  set.reserve(5000);                             // expect: llvm_dense buckets/hint
  llvm::SmallDenseMap<int, int, 8> small;
  for (int i = 0; i < 1000; ++i) small[i] = i;    // expect: llvm_dense buckets/rehash
  llvm::SmallDenseMap<int, int, 8> other(small);  // expect: llvm_dense buckets/copy
  for (int i = 40; i < 1000; ++i) small.erase(i);
  small.shrink_and_clear();  // expect: llvm_dense buckets/shrink
  llvm::StringMap<int> strings;
  for (int i = 0; i < 3000; ++i)
    strings[name(i)] = i;                // expect: llvm_string buckets/first_insert buckets/rehash nodes/node
  llvm::StringMap<int> sized(1000);      // expect: llvm_string buckets/hint
  llvm::StringMap<int> copied(strings);  // expect: llvm_string buckets/hint nodes/node
  return other.size() == 1000 && copied.size() == 3000 ? 0 : 1;
}
