// SPDX-License-Identifier: Apache-2.0
//
// Containers of which nothing is known, with the allocator: chained like EASTL's hash_map, and with entries in one
// array. Their memory is counted, their kind is unknown, and nothing is advised, however they are used.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <random>
#include <string>

#include "profiler/alloc/allocator.h"
#include "profiler/facts/facts.h"
#include "profiler/findings/findings.h"
#include "profiler/profiler.h"
#include "tests/support/sized.h"
#include "tests/support/totals.h"

namespace bucketprof::findings {
namespace {

/// An array of pointers to nodes, with one more as its end.
template <class Entry>
class Chained {
 public:
  using value_type = Entry;
  using allocator_type = Allocator<Entry>;
  struct Node {
    Entry entry;
    Node* next;
  };

  explicit Chained(std::size_t buckets) { reserve(buckets); }
  ~Chained() {
    clear();
    release();
  }
  Chained(const Chained&) = delete;
  Chained& operator=(const Chained&) = delete;

  void reserve(std::size_t buckets) {
    release();
    count_ = buckets + 1;
    buckets_ = std::allocator_traits<Pointers>::allocate(pointers_, count_);
  }
  void insert(std::uint64_t key) {
    Node* const node = std::allocator_traits<Nodes>::allocate(nodes_, 1);
    std::allocator_traits<Nodes>::construct(nodes_, &node->entry, key);
    node->next = first_;
    first_ = node;
  }
  void clear() {
    while (first_ != nullptr) {
      Node* const node = first_;
      first_ = node->next;
      std::allocator_traits<Nodes>::destroy(nodes_, &node->entry);
      std::allocator_traits<Nodes>::deallocate(nodes_, node, 1);
    }
  }

 private:
  using Pointers = typename std::allocator_traits<allocator_type>::template rebind_alloc<Node*>;
  using Nodes = typename std::allocator_traits<allocator_type>::template rebind_alloc<Node>;
  void release() {
    if (buckets_ != nullptr) std::allocator_traits<Pointers>::deallocate(pointers_, buckets_, count_);
    buckets_ = nullptr;
  }

  allocator_type allocator_;
  Pointers pointers_{allocator_};
  Nodes nodes_{allocator_};
  Node** buckets_ = nullptr;
  std::size_t count_ = 0;
  Node* first_ = nullptr;
};

/// Entries in an array of slots with a mark each.
template <class Entry>
class Open {
 public:
  struct Slot {
    std::uint8_t mark;
    Entry entry;
  };
  explicit Open(std::size_t slots) { reserve(slots); }
  ~Open() { release(); }
  Open(const Open&) = delete;
  Open& operator=(const Open&) = delete;

  void reserve(std::size_t slots) {
    release();
    slots_ = std::allocator_traits<Slots>::allocate(allocator_, slots);
    count_ = slots;
    full_ = 0;
  }
  void insert(std::uint64_t key) {
    if (full_ < count_) std::allocator_traits<Slots>::construct(allocator_, &slots_[full_++].entry, key);
  }
  void clear() {
    while (full_ > 0) std::allocator_traits<Slots>::destroy(allocator_, &slots_[--full_].entry);
  }

 private:
  using Slots = typename std::allocator_traits<Allocator<Entry>>::template rebind_alloc<Slot>;
  void release() {
    if (slots_ == nullptr) return;
    clear();
    std::allocator_traits<Slots>::deallocate(allocator_, slots_, count_);
  }
  Slots allocator_{Allocator<Entry>()};
  Slot* slots_ = nullptr;
  std::size_t count_ = 0;
  std::size_t full_ = 0;
};

/// Sizes at random, nearly empty, never used, emptied, grown in steps: whatever would be a finding elsewhere.
template <class Table>
void misuse(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  start();
  {
    Table large(1'000'000 + random() % 1000);
    for (int i = 0; i < 40; ++i) large.insert(random());
    Table unused(random() % 500'000 + 2);
    Table grown(2);
    for (int step = 0; step < 40; ++step) {
      grown.clear();
      grown.reserve(random() % 100'000 + 2);
      for (std::uint64_t i = random() % 64; i > 0; --i) grown.insert(i);
    }
    for (int i = 0; i < 300; ++i) Table(random() % 3000 + 2).insert(1);
  }
  const model::Profile profile = snapshot(At::kPeak);
  stop();
  const facts::SampleReader reader(profile);
  std::int64_t bytes = 0;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    const facts::SampleFacts sample = reader.read(i);
    if (profile.str(sample.kind) != "unknown") continue;  // of other tests in this process
    EXPECT_NE(profile.str(sample.part_name), "buckets");
    EXPECT_EQ(sample.slots, 0);
    EXPECT_NE(profile.str(sample.cause_name), "hint");
    bytes += sample.amounts.values[model::kAllocSpace];
  }
  EXPECT_GT(bytes, 8'000'000);
  const recognize::Frames frames(profile);
  Thresholds all;
  all.min_bytes = 0;
  const auto found = find_reported(profile, reader, frames, all);
  for (const Finding& finding : found) {
    if (finding.kind == "unknown") ADD_FAILURE() << finding.key << " " << finding.avoidable;
  }
}

TEST(UnknownContainers, AreCountedAndNothingIsAdvised) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    misuse<Chained<std::uint64_t>>(seed);
    misuse<Chained<testing_support::Sized<40, 8>>>(seed);
    misuse<Chained<testing_support::Sized<3, 1>>>(seed);
    misuse<Open<std::uint64_t>>(seed);
    misuse<Open<testing_support::Sized<24, 8>>>(seed);
    misuse<Open<testing_support::Sized<7, 1>>>(seed);
  }
}

}  // namespace
}  // namespace bucketprof::findings
