// SPDX-License-Identifier: Apache-2.0
//
// One recorder in a process. A program and its libraries may each contain a copy of this code, and the loader does not
// unite them: a library can be loaded so that nobody sees its symbols. One copy leads: its recorder is the one that is
// used. The others follow: they call its functions through the table below, and share its filter. Each copy keeps what
// the fast path reads, so a follower's epoch follows the lead's. process/copies.h finds the lead. Thread-safe where
// stated.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "profiler/alloc/record.h"
#include "profiler/alloc/table.h"
#include "profiler/base/lock.h"
#include "profiler/record/allocation.h"

namespace bucketprof::record {

/// A copy that follows. Must stay where it is until unfollow().
struct Follower {
  std::atomic<std::uint32_t>* epoch = nullptr;
  Follower* next = nullptr;  // for the lead only
};

/// The functions of the lead; those of alloc/record.h and alloc/table.h, and of stack/unload.h. A thread's bytes until
/// the next sample are those of the copy that allocated: the lead's are not used up.
struct Lead {
  alloc::TableHandle* (*on_alloc)(const Allocation& allocation, alloc::UntilSample& until) noexcept;
  void (*on_free)(void* block) noexcept;
  std::uint64_t (*draw_table_ids)() noexcept;
  alloc::TableHandle* (*find_or_make_handle)(alloc::TableId id) noexcept;
  alloc::TableHandle* (*find_handle)(alloc::TableId id) noexcept;
  void (*bucket_block_not_recorded)(alloc::TableHandle* handle, alloc::TableId id) noexcept;
  void (*retire_if_empty)(alloc::TableHandle* handle, alloc::TableId id) noexcept;
  alloc::TableName (*named)(std::string_view name) noexcept;
  void (*unload_begins)() noexcept;
  void (*unload_ended)() noexcept;
  std::uint8_t* (*filter)() noexcept;
  void (*add)(Follower& follower) noexcept;
  void (*remove)(Follower& follower) noexcept;
};

/// The table of this copy, for those that follow it.
extern const Lead kOwnLead;

/// Those that follow this copy. Thread-safe.
class Followers {
 public:
  constexpr Followers() = default;
  void add(Follower& follower) noexcept;
  void remove(Follower& follower) noexcept;
  /// Gives alloc::recording_epoch this value, here and in all that follow.
  void set_epoch(std::uint32_t epoch) noexcept;
  [[nodiscard]] Lock& lock() noexcept { return lock_; }

 private:
  Lock lock_;
  Follower* first_ = nullptr;
};
[[nodiscard]] Followers& followers() noexcept;

/// The lead that this copy follows; nullptr if it leads. Thread-safe.
[[nodiscard]] const Lead* lead() noexcept;
/// Follows `lead`, which must stay loaded until unfollow(). Call before this copy's first allocation.
void follow(const Lead& lead) noexcept;
/// Call when this copy is unloaded.
void unfollow() noexcept;

/// Keeps the program or library that contains this address loaded for ever. May call malloc, and takes the loader's
/// lock: not while a lock is held.
void keep_loaded(const void* address) noexcept;

}  // namespace bucketprof::record
