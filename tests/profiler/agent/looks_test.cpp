// SPDX-License-Identifier: Apache-2.0
//
// Blocks that are looked at: what is seen, and that nothing faults whatever the program has done to its pages.
#include "profiler/agent/looks.h"

#include <absl/container/flat_hash_map.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

#include "profiler/agent/next.h"
#include "profiler/agent/own_reads.h"
#include "profiler/base/filters.h"

namespace bucketprof::agent {
namespace {

using layout::Layout;
using layout::Look;

struct Latest {
  void* block = nullptr;
  std::size_t bytes = 0;
};
Latest latest;

/// Aligned as for pages, so that a test can forbid to read some of them.
template <class T>
struct PageAllocator {
  using value_type = T;
  PageAllocator() = default;
  template <class U>
  explicit PageAllocator(const PageAllocator<U>&) {}
  T* allocate(std::size_t n) {
    const std::size_t bytes = n * sizeof(T);
    void* const block = std::aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
    if (block == nullptr) throw std::bad_alloc();
    latest = {block, bytes};
    return static_cast<T*>(block);
  }
  void deallocate(T* block, std::size_t) { std::free(block); }
  friend bool operator==(const PageAllocator&, const PageAllocator&) { return true; }
};

using Map = absl::flat_hash_map<std::uint64_t, std::uint64_t, absl::Hash<std::uint64_t>, std::equal_to<>,
                                PageAllocator<std::pair<const std::uint64_t, std::uint64_t>>>;

Look freed() { return look_at_freed(latest.block, latest.bytes); }
Look live() { return look_at_live(reinterpret_cast<std::uintptr_t>(latest.block), latest.bytes); }

class Looks : public testing::Test {
 protected:
  Looks() {
    find_next();
    const std::string filters = seccomp_filters();
    allow_own_reads(filters.c_str());
    map_.reserve(100'000);
    for (std::uint64_t i = 0; i < 400; ++i) map_[i] = i;
  }
  Map map_;
};

TEST_F(Looks, TellHowFullAnArrayIs) {
  const Look seen = freed();
  EXPECT_TRUE(seen.layout == Layout::kAbsl || seen.layout == Layout::kPhmap) << "which stands for older absl, too";
  EXPECT_EQ(seen.slots, map_.capacity());
  EXPECT_EQ(seen.full, 400U);
  EXPECT_EQ(seen.slot_bytes, 16U);
  EXPECT_EQ(live(), can_read_own() ? seen : Look());
}

TEST_F(Looks, DoNotFaultWherePagesCannotBeRead) {
  for (std::size_t at = 0; at < latest.bytes - 4096; at += 64 * 4096) {
    void* const page = static_cast<char*>(latest.block) + at;
    const std::size_t left = latest.bytes - at;
    ASSERT_EQ(::mprotect(page, left, PROT_NONE), 0);
    if (at < 100'000) {
      EXPECT_EQ(freed().layout, Layout::kNone);
      EXPECT_EQ(live().layout, Layout::kNone);
    }
    (void)freed();
    (void)live();
    ASSERT_EQ(::mprotect(page, left, PROT_READ | PROT_WRITE), 0);
  }
}

TEST_F(Looks, DoNotReadBeyondASmallerBlockThatHasTheAddressNow) {
  void* const block = std::malloc(2000);
  EXPECT_EQ(look_at_freed(block, std::size_t{1} << 40U), Look());
  std::free(block);
}

}  // namespace
}  // namespace bucketprof::agent
