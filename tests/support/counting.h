// SPDX-License-Identifier: Apache-2.0
//
// A counting layer under the tagged allocator: replaces operator new and delete, and counts the blocks that a Watched
// allocator requests from them. It shares no code with the recorder. Thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <type_traits>

#include "hashmap/part.h"
#include "profiler/alloc/allocator.h"

namespace bucketprof::tests {

struct Counts {
  std::int64_t alloc_objects = 0;
  std::int64_t alloc_space = 0;
  std::int64_t inuse_objects = 0;
  std::int64_t inuse_space = 0;
  friend bool operator==(const Counts&, const Counts&) = default;
};
void PrintTo(const Counts& counts, std::ostream* out);

/// The blocks that operator new and delete counted for a layer (a number below kLayers, chosen by the test) and a part.
inline constexpr int kLayers = 64;
[[nodiscard]] Counts counted(int layer, hashmap::Part part);
[[nodiscard]] Counts counted(int layer);

/// During its lifetime, operator new on this thread counts for (layer, part).
class CountingScope {
 public:
  CountingScope(int layer, hashmap::Part part);
  CountingScope(const CountingScope&) = delete;
  CountingScope& operator=(const CountingScope&) = delete;
  ~CountingScope();

 private:
  int before_;
};

/// The tagged allocator, with a CountingScope around each allocation.
template <int Layer, class T, class Entry = T, Kind K = Kind::kUnknown, alloc::AbslVersion V = alloc::AbslVersion{}>
class Watched : public Allocator<T, Entry, K, V> {
  using Base = Allocator<T, Entry, K, V>;

 public:
  template <class U>
  struct rebind {
    using other = Watched<Layer, U, Entry, K, V>;
  };
  using Base::Base;
  Watched() = default;
  Watched(const Base& base) : Base(base) {}  // NOLINT(google-explicit-constructor)
  template <class U>
  Watched(const Watched<Layer, U, Entry, K, V>& other) : Base(static_cast<const Allocator<U, Entry, K, V>&>(other)) {}
  [[nodiscard]] Watched select_on_container_copy_construction() const {
    return Watched(Base::select_on_container_copy_construction());
  }

  [[nodiscard]] T* allocate(std::size_t n) {
    const CountingScope scope(Layer, part_of(n));
    return Base::allocate(n);
  }
  [[nodiscard]] T* allocate_part(std::size_t n, const hashmap::PartInfo& info) {
    const CountingScope scope(Layer, info.part);
    return Base::allocate_part(n, info);
  }

 private:
  /// Distinguishes nodes by the containers' internal types, independently of the library's inference rules.
  static constexpr hashmap::Part part_of(std::size_t n) {
    using hashmap::Part;
    bool node = false;
    if constexpr (K == Kind::kStdNode) {
      node = n == 1 && !std::is_pointer_v<T>;
    } else if constexpr (K == Kind::kAbslNode || K == Kind::kBoostOpenNode || K == Kind::kPhmapNode ||
                         K == Kind::kGtlNode) {
      node = std::is_same_v<T, Entry>;
    } else if constexpr (K == Kind::kFollyF14 || K == Kind::kFollyF14Node) {
      if (sizeof(T) == 1) return Part::kOther;  // for the time of growing
      node = K == Kind::kFollyF14Node && std::is_same_v<T, Entry>;
    } else if constexpr (K == Kind::kAnkerlDense) {
      return std::is_same_v<T, Entry> ? Part::kOther : Part::kBuckets;
    } else if constexpr (K == Kind::kBoostNode) {
      if constexpr (requires(T t) { t.bitmask; }) return Part::kOther;
      node = requires(T t) { t.value_ptr(); };
    } else if constexpr (K == Kind::kTslHopscotch) {
      node = !requires(T t) { t.has_overflow(); };
    }
    return node ? Part::kNodes : Part::kBuckets;
  }
};

}  // namespace bucketprof::tests
