// SPDX-License-Identifier: Apache-2.0
#include "profiler/agent/looks.h"

#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include "profiler/agent/blocks.h"
#include "profiler/agent/next.h"
#include "profiler/agent/own_reads.h"
#include "profiler/base/sandbox.h"
#include "profiler/base/system_call.h"
#include "profiler/layout/block_bytes.h"
#include "profiler/layout/look.h"
#include "profiler/record/recorder.h"

namespace bucketprof::agent {
namespace {

constexpr std::size_t kTriedPage = 4096;

/// A block that the calling thread is about to free. It is read where it is. Nobody else may free it, but the program
/// may have forbidden to read some of its pages, so each is tried before: the kernel reads the set of signals before it
/// finds that -1 is not a way to change the mask.
class FreedBytes final : public layout::BlockBytes {
 public:
  FreedBytes(const void* block, std::size_t bytes) noexcept
      : BlockBytes(reinterpret_cast<std::uintptr_t>(block), bytes), block_(static_cast<const std::byte*>(block)) {}

 private:
  const std::byte* get(std::size_t offset, std::size_t bytes) noexcept override {
    const std::uintptr_t first = (address() + offset) / kTriedPage * kTriedPage;
    for (std::uintptr_t page = first; page < address() + offset + bytes; page += kTriedPage) {
      if (page >= readable_from_ && page < readable_to_) continue;
      constexpr long kNoWay = -1;
      if (system_call(SYS_rt_sigprocmask, kNoWay, page, 0L, sizeof(std::uint64_t)) == -EFAULT) return nullptr;
      if (page != readable_to_) readable_from_ = page;
      readable_to_ = page + kTriedPage;
    }
    return block_ + offset;
  }

  const std::byte* block_;
  std::uintptr_t readable_from_ = 0;  // the pages that were tried last
  std::uintptr_t readable_to_ = 0;
};

/// A block that other threads may change, free or unmap at any time: the kernel copies it.
class CopiedBytes final : public layout::BlockBytes {
 public:
  CopiedBytes(std::uintptr_t block, std::size_t bytes) noexcept : BlockBytes(block, bytes) {}

 private:
  const std::byte* get(std::size_t offset, std::size_t bytes) noexcept override {
    return read_own(address() + offset, copy_.data(), bytes) ? copy_.data() : nullptr;
  }

  std::array<std::byte, kAtOnce> copy_;
};

constexpr record::Looker kLooker{
    .may_be_array = &layout::may_be_array, .at_freed = &look_at_freed, .at_live = &look_at_live};

}  // namespace

// Where a block was freed past the agent, the address may by now be that of a smaller one. The allocator knows how
// large the one is that is being freed.
layout::Look look_at_freed(const void* block, std::uint64_t bytes) noexcept {
  if (sandbox::entered() || next.own_usable_size(const_cast<void*>(block)) < bytes) return {};
  FreedBytes there(block, bytes);
  return layout::look_at(there);
}

layout::Look look_at_live(std::uintptr_t block, std::uint64_t bytes) noexcept {
  CopiedBytes there(block, bytes);
  return layout::look_at(there);
}

void look_at_blocks(std::size_t from) noexcept {
  record::recorder().look_with(kLooker);
  look_from = from;
}

}  // namespace bucketprof::agent
