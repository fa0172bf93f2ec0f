// SPDX-License-Identifier: Apache-2.0
//
// An allocator that logs what the inference rules (alloc::infer) make of each block of a container. There is at most
// one log at a time, used by one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

#include "profiler/alloc/infer.h"

namespace bucketprof::testing_support {

struct InferenceLog {
  struct Array {
    alloc::Inferred facts;
    std::uint64_t bytes;
  };
  std::vector<Array> arrays;  // all that were allocated, in that order
  std::uint64_t live_nodes = 0;
  std::uint64_t others = 0;
  alloc::Inferred last_node;
  std::uint64_t entries = 0;  // in the table, as the test counts them
};
/// The log of all spies. Must be set whenever one of them allocates or frees.
inline InferenceLog* inference_log = nullptr;

template <class T, class Entry, tables::Kind K, alloc::AbslVersion V = alloc::AbslVersion{}>
struct InferenceSpy {
  using value_type = T;
  using is_always_equal = std::true_type;
  template <class U>
  struct rebind {
    using other = InferenceSpy<U, Entry, K, V>;
  };
  InferenceSpy() = default;
  template <class U>
  InferenceSpy(const InferenceSpy<U, Entry, K, V>&) {}  // NOLINT(google-explicit-constructor)
  T* allocate(std::size_t n) {
    const alloc::Inferred facts = alloc::infer<T, Entry>(K, n, V, inference_log->entries);
    if (facts.part == hashmap::Part::kBuckets) inference_log->arrays.push_back({facts, n * sizeof(T)});
    if (facts.part == hashmap::Part::kNodes) {
      ++inference_log->live_nodes;
      inference_log->last_node = facts;
    }
    if (facts.part == hashmap::Part::kOther) ++inference_log->others;
    return std::allocator<T>().allocate(n);
  }
  void deallocate(T* start, std::size_t n) {
    if (alloc::infer<T, Entry>(K, n, V).part == hashmap::Part::kNodes) --inference_log->live_nodes;
    std::allocator<T>().deallocate(start, n);
  }
  friend bool operator==(const InferenceSpy&, const InferenceSpy&) { return true; }
};

}  // namespace bucketprof::testing_support
