// SPDX-License-Identifier: Apache-2.0
//
// Stateful allocators: which one a map has after copy, move and swap, that each block is freed by the allocator that it
// came from, and allocators with fancy pointers.
#include <gtest/gtest.h>

#include <string>

#include "hashmap/check.h"
#include "tests/hashmap/ledger.h"

namespace bucketprof::hashmap {
namespace {

template <bool Copy, bool Move, bool Swap>
using M = Map<std::string, std::string, std::hash<std::string>, std::equal_to<std::string>,
              LedgerAllocator<std::pair<const std::string, std::string>, Copy, Move, Swap>>;

template <class Map>
Map filled(Ledger& ledger, int n) {
  Map map{typename Map::allocator_type(ledger)};
  for (int i = 0; i < n; ++i) map.try_emplace(std::to_string(i), "value " + std::to_string(i));
  return map;
}

template <class Map>
void expect(const Map& map, const Ledger& ledger, int n) {
  EXPECT_EQ(map.get_allocator().ledger(), &ledger);
  EXPECT_EQ(map.size(), static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) EXPECT_EQ(map.at(std::to_string(i)), "value " + std::to_string(i));
  EXPECT_EQ(check(map), "");
  EXPECT_EQ(ledger.entries, static_cast<std::uint64_t>(n));
}

struct Two {
  Ledger a;
  Ledger b;
  ~Two() {
    for (Ledger* ledger : {&a, &b}) {
      EXPECT_TRUE(ledger->live.empty());
      EXPECT_FALSE(ledger->mismatch);
    }
  }
};

template <bool Propagates>
void copy_assignment() {
  Two two;
  auto from = filled<M<Propagates, false, false>>(two.a, 300);
  auto to = filled<M<Propagates, false, false>>(two.b, 20);
  to = from;
  expect(to, Propagates ? two.a : two.b, 300);
  EXPECT_EQ(from.size(), 300U);
  EXPECT_EQ(two.b.live.empty(), Propagates);
}

TEST(Allocator, CopyAssignment) {
  copy_assignment<false>();
  copy_assignment<true>();
}

template <bool Propagates>
void move_assignment() {
  Two two;
  auto from = filled<M<false, Propagates, false>>(two.a, 300);
  auto to = filled<M<false, Propagates, false>>(two.b, 20);
  to = std::move(from);
  expect(to, Propagates ? two.a : two.b, 300);
  EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): promised
  if (!Propagates) {
    EXPECT_EQ(two.a.entries, 0U);
    auto third = filled<M<false, Propagates, false>>(two.b, 1);
    third = std::move(to);  // equal allocators: the storage is taken over
    expect(third, two.b, 300);
  }
}

TEST(Allocator, MoveAssignment) {
  move_assignment<false>();
  move_assignment<true>();
}

TEST(Allocator, Swap) {
  Two two;
  auto a = filled<M<false, false, true>>(two.a, 300);
  auto b = filled<M<false, false, true>>(two.b, 20);
  a.swap(b);
  expect(a, two.b, 20);
  expect(b, two.a, 300);
}

TEST(Allocator, Construction) {
  Two two;
  auto a = filled<M<false, false, false>>(two.a, 300);
  const M<false, false, false> copy(a, M<false, false, false>::allocator_type(two.b));
  expect(copy, two.b, 300);
  const M<false, false, false> moved(std::move(a), M<false, false, false>::allocator_type(two.b));
  expect(moved, two.b, 300);
  EXPECT_EQ(two.a.entries, 0U);
  LedgerAllocator<std::pair<const std::string, std::string>>::copies = &two.a;
  {
    const M<false, false, false> selected(moved);
    expect(selected, two.a, 300);
  }
  LedgerAllocator<std::pair<const std::string, std::string>>::copies = nullptr;
}

/// A fancy pointer, as shared-memory allocators have: it holds the offset from itself to its target, not an address.
template <class T>
class Offset {
 public:
  using element_type = T;
  using value_type = std::remove_cv_t<T>;
  using difference_type = std::ptrdiff_t;
  using reference = std::add_lvalue_reference_t<T>;
  using pointer = Offset;
  using iterator_category = std::random_access_iterator_tag;
  template <class U>
  using rebind = Offset<U>;

  Offset(std::nullptr_t = nullptr) {}  // NOLINT(google-explicit-constructor)
  explicit Offset(T* at) { set(at); }
  Offset(const Offset& other) { set(other.get()); }
  template <class U>
  requires std::is_convertible_v<U*, T*> Offset(const Offset<U>& other) {  // NOLINT(google-explicit-constructor)
    set(other.get());
  }
  template <class U>
  requires(std::is_void_v<U> && !std::is_void_v<T>) explicit Offset(const Offset<U>& other) {
    set(static_cast<T*>(other.get()));
  }
  Offset& operator=(const Offset& other) {
    set(other.get());
    return *this;
  }
  template <class U = T>
  requires(!std::is_void_v<U>) static Offset pointer_to(U& target) { return Offset(std::addressof(target)); }
  T* get() const {
    return distance_ == 1 ? nullptr : reinterpret_cast<T*>(reinterpret_cast<std::intptr_t>(this) + distance_);
  }
  reference operator*() const { return *get(); }
  T* operator->() const { return get(); }
  explicit operator bool() const { return distance_ != 1; }
  bool operator==(const Offset& other) const { return get() == other.get(); }
  Offset operator+(difference_type n) const { return Offset(get() + n); }

 private:
  void set(T* at) {
    distance_ = at == nullptr ? 1 : reinterpret_cast<std::intptr_t>(at) - reinterpret_cast<std::intptr_t>(this);
  }
  std::intptr_t distance_ = 1;
};

template <class T>
struct OffsetAllocator {
  using value_type = T;
  using pointer = Offset<T>;
  OffsetAllocator() = default;
  template <class U>
  OffsetAllocator(const OffsetAllocator<U>&) {}  // NOLINT(google-explicit-constructor)
  pointer allocate(std::size_t n) { return pointer(std::allocator<T>().allocate(n)); }
  void deallocate(pointer at, std::size_t n) { std::allocator<T>().deallocate(at.get(), n); }
  bool operator==(const OffsetAllocator&) const { return true; }
};

TEST(Allocator, PointersOfClassType) {
  using Big = std::array<int, 40>;
  Map<int, Big, std::hash<int>, std::equal_to<int>, OffsetAllocator<std::pair<const int, Big>>> map;
  static_assert(sizeof(Access::Node<decltype(map)>) == 8 + 8 * 4 + 8 * 8 + 8);
  for (int i = 0; i < 3000; ++i) map[i][7] = i;
  for (int i = 0; i < 3000; i += 3) map.erase(i);
  EXPECT_EQ(check(map), "");
  auto copy = map;
  auto moved = std::move(map);
  swap(copy, moved);
  for (int i = 0; i < 3000; ++i) EXPECT_EQ(copy.contains(i), i % 3 != 0);
  for (auto [key, value] : moved) EXPECT_EQ(value[7], key);
}

}  // namespace
}  // namespace bucketprof::hashmap
