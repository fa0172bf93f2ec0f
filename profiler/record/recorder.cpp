// SPDX-License-Identifier: Apache-2.0
//
// Recording: the slow halves of an allocation and a free.
#include "profiler/record/recorder.h"

#include <pthread.h>

#include <atomic>
#include <mutex>

#include "profiler/record/entry.h"
#include "profiler/record/hash.h"

namespace bucketprof::alloc {

constinit std::atomic<std::uint32_t> recording_epoch{0};
constinit thread_local Countdown countdown [[gnu::tls_model("initial-exec")]];

}  // namespace bucketprof::alloc

namespace bucketprof::record {
namespace {

struct ThreadSlot {
  ThreadBlock* block = nullptr;
  std::atomic<bool> inside{false};
  DeferredFrees deferred;
  std::uint32_t forks_inside = 0;  // forks by a signal handler that interrupted the recorder
};
constinit thread_local ThreadSlot slot [[gnu::tls_model("initial-exec")]];

constinit Recorder the_recorder;

pthread_key_t thread_end_key;
std::atomic<bool> thread_end_known{false};

}  // namespace

Recorder& recorder() noexcept { return the_recorder; }
std::atomic<bool>& inside() noexcept { return slot.inside; }

void Recorder::thread_ended(void* block) noexcept {
  Recorder& self = the_recorder;
  const Entry entry(slot.inside);
  auto* thread = static_cast<ThreadBlock*>(block);
  self.run_deferred();
  if (self.flush_inuse(*thread) > self.rising_mark_.load(std::memory_order_relaxed)) {
    self.keep_high_water(self.rising_mark_);
  }
  const std::scoped_lock guard(self.snapshot_lock_);
  slot.block = nullptr;  // a later key's destructor may still allocate: the thread then starts again
  self.threads_.release(thread);
}

// Between the locking and the unlocking other fork handlers and signal handlers of the host run on this thread: it is
// inside the recorder meanwhile. If it was before, a lock may be its own already: the child goes on with it.
void Recorder::prepare_fork() noexcept {
  Recorder& self = the_recorder;
  if (slot.inside.load(std::memory_order_relaxed)) {
    ++slot.forks_inside;
    return;
  }
  slot.inside.store(true, std::memory_order_relaxed);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  self.snapshot_lock_.lock();
  self.tables_.lock_all();
  self.live_.lock_all();
  self.names_.lock().lock();
  self.stacks_.lock().lock();
  self.sites_.lock().lock();
  self.arena_.lock().lock();
}

void Recorder::unlock_after_fork() noexcept {
  arena_.lock().unlock();
  sites_.lock().unlock();
  stacks_.lock().unlock();
  names_.lock().unlock();
  live_.unlock_all();
  tables_.unlock_all();
  snapshot_lock_.unlock();
  std::atomic_signal_fence(std::memory_order_seq_cst);
  slot.inside.store(false, std::memory_order_relaxed);
}

void Recorder::fork_in_parent() noexcept {
  if (slot.forks_inside != 0) {
    --slot.forks_inside;
    return;
  }
  the_recorder.unlock_after_fork();
}

void Recorder::fork_in_child() noexcept {
  // The forking thread need not be one of those that have recorded.
  const std::uint64_t own = slot.block != nullptr ? 1 : 0;
  if (the_recorder.threads_.started() > own) stack::forked_beside_threads();
  if (slot.forks_inside != 0) {
    --slot.forks_inside;
    return;
  }
  the_recorder.threads_.release_others(slot.block);
  the_recorder.unlock_after_fork();
}

void Recorder::prepare_process() noexcept {
  if (process_prepared_) return;
  process_prepared_ = true;
  if (pthread_key_create(&thread_end_key, &Recorder::thread_ended) == 0) {
    thread_end_known.store(true, std::memory_order_release);
  }
  pthread_atfork(&Recorder::prepare_fork, &Recorder::fork_in_parent, &Recorder::fork_in_child);
}

ThreadBlock* Recorder::this_thread() noexcept {
  if (slot.block != nullptr) return slot.block;
  {
    const std::scoped_lock guard(snapshot_lock_);
    slot.block = threads_.acquire();
    alloc::countdown.epoch = 0;  // the block's sampler was another's
  }
  if (slot.block != nullptr && thread_end_known.load(std::memory_order_acquire)) {
    pthread_setspecific(thread_end_key, slot.block);
  }
  return slot.block;
}

// A thread draws with the settings of the start that it has seen, so that each block has the weight it was drawn with.
bool Recorder::sampled(ThreadBlock& thread, std::size_t bytes) noexcept {
  alloc::Countdown& distance = alloc::countdown;
  const std::uint32_t epoch = alloc::recording_epoch.load(std::memory_order_acquire);
  if (epoch == 0) return false;
  if (distance.epoch != epoch) {  // recording was started since this thread last looked
    {
      const std::scoped_lock guard(snapshot_lock_);
      distance.epoch = epochs_;
      thread.interval = interval_;
      thread.sampler.seed(mix(seed_, thread.ordinal));
    }
    distance.bytes = thread.sampler.draw(thread.interval);
    if ((distance.bytes -= static_cast<std::int64_t>(bytes)) >= 0) return false;
  }
  distance.bytes = thread.sampler.draw(thread.interval);
  return true;
}

std::uint32_t Recorder::capture_site(const ThreadBlock& thread, const alloc::TableInfo& table, std::size_t bytes,
                                     const hashmap::PartInfo& info, const stack::Anchor& anchor) noexcept {
  std::uintptr_t frames[stack::kMaxFrames];
  const stack::Capture capture = stack::capture(anchor, frames);
  if (capture.truncated) losses_.add(Loss::kTruncated);
  const std::uint32_t stack = stacks_.intern({frames, capture.depth});
  if (stack == 0) return 0;
  const std::uint32_t name = alloc::name_index(table.id);
  const bool buckets = info.part == hashmap::Part::kBuckets;
  return sites_.intern({
      .stack = stack,
      .name = name,
      .type_name = name == 0 ? table.type_name : std::string_view(),
      .bytes = bytes,
      .slots = buckets ? info.slots : 0,
      .hint = buckets ? info.hint : 0,
      .interval = thread.interval,
      .entry_bytes = info.entry_bytes,
      .kind = table.kind,
      .part = info.part,
      .cause = info.cause,
  });
}

alloc::TableHandle* Recorder::on_alloc(void* block, std::size_t bytes, const alloc::TableInfo& table,
                                       const hashmap::PartInfo& info, const stack::Anchor& anchor) noexcept {
  const Entry entry(slot.inside);
  if (!entry.entered()) {
    losses_.add(Loss::kNested);
    return nullptr;
  }
  ThreadBlock* thread = this_thread();
  if (thread == nullptr) {
    losses_.add_block(bytes);
    return nullptr;
  }
  if (!sampled(*thread, bytes)) return nullptr;

  // The block gets its record first, and is counted only when nothing can fail any more.
  const std::uint32_t site = capture_site(*thread, table, bytes, info, anchor);
  Tables::Added added;
  SiteCounter* counter = nullptr;
  bool room = site != 0;
  if (room && info.part == hashmap::Part::kBuckets) {
    added = tables_.add_block(table.id, site, info.entries);
    room = added.block != 0;
  } else if (room) {
    counter = thread->counter(site, arena_);
    room = counter != nullptr;
  }
  if (room && !live_.insert(block, {.site = site, .bucket_block = added.block})) {
    if (added.block != 0) tables_.drop_block(added.block);
    room = false;
  }
  if (!room) {
    losses_.add_block(bytes);
    run_deferred();
    return nullptr;
  }
  if (counter != nullptr) {
    counter->allocs.store(counter->allocs.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  add_inuse(*thread, weighted_bytes(sites_[site].key));
  run_deferred();
  return added.table;
}

void Recorder::end_block(void* block) noexcept {
  const std::optional<LiveBlock> live = live_.remove(block);
  if (!live.has_value()) return;  // not sampled, or born while recording was stopped
  Site& site = sites_[live->site];
  ThreadBlock* thread = this_thread();
  if (thread != nullptr) before_fall(*thread);
  if (live->bucket_block != 0) {
    tables_.end_block(live->bucket_block);
  } else if (SiteCounter* counter = thread == nullptr ? nullptr : thread->counter(live->site, arena_)) {
    counter->frees.store(counter->frees.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  } else {
    site.shared_frees.fetch_add(1, std::memory_order_release);
  }
  if (thread != nullptr) add_inuse(*thread, -weighted_bytes(site.key));
}

void Recorder::on_free(void* block) noexcept {
  const Entry entry(slot.inside);
  if (!entry.entered()) {
    if (!slot.deferred.push(block)) losses_.add(Loss::kFrees);
    return;
  }
  end_block(block);
  run_deferred();
}

void Recorder::run_deferred() noexcept {
  while (void* block = slot.deferred.pop()) end_block(block);
}

}  // namespace bucketprof::record

namespace bucketprof::alloc {

TableHandle* record_alloc_slow(void* block, std::size_t bytes, const TableInfo& table,
                               const hashmap::PartInfo& info) noexcept {
  return record::recorder().on_alloc(block, bytes, table, info, BUCKETPROF_ANCHOR());
}

void record_free_slow(void* block) noexcept { record::recorder().on_free(block); }

// A signal handler that interrupted the recorder must not wait for a lock that its own thread holds: its tables are not
// counted then.
TableHandle* find_or_make_handle(TableId id) noexcept {
  const record::Entry entry(record::inside());
  return entry.entered() ? record::recorder().tables().find_or_make(id) : nullptr;
}
TableHandle* find_handle(TableId id) noexcept {
  const record::Entry entry(record::inside());
  return entry.entered() ? record::recorder().tables().find(id) : nullptr;
}
void bucket_block_not_recorded(TableHandle* handle, TableId id) noexcept {
  const record::Entry entry(record::inside());
  if (entry.entered()) record::recorder().tables().supersede(handle, id);
}
void retire_if_empty(TableHandle* handle, TableId id) noexcept {
  const record::Entry entry(record::inside());
  if (entry.entered()) record::recorder().tables().retire_if_empty(handle, id);
}

}  // namespace bucketprof::alloc

namespace bucketprof {

alloc::TableName named(std::string_view name) noexcept {
  const record::Entry entry(record::inside());
  return {entry.entered() ? record::recorder().names().intern(name) : 0};
}

}  // namespace bucketprof
