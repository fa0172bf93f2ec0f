// SPDX-License-Identifier: Apache-2.0
//
// Recording: the slow paths of an allocation and of a free.
#include "profiler/record/recorder.h"

#include <pthread.h>

#include <atomic>
#include <mutex>
#include <utility>

#include "profiler/base/hash.h"
#include "profiler/record/reentrancy_guard.h"
#include "profiler/record/thread_slot.h"
#include "profiler/stack/unload.h"

namespace bucketprof::alloc {

constinit std::atomic<std::uint32_t> recording_epoch{0};
constinit thread_local UntilSample until_sample [[gnu::tls_model("initial-exec")]];

}  // namespace bucketprof::alloc

namespace bucketprof::record {
namespace {

constinit Recorder the_recorder;

}  // namespace

Recorder& recorder() noexcept { return the_recorder; }
std::atomic<bool>& inside() noexcept { return slot.inside; }

void Recorder::prepare_process() noexcept {
  if (process_prepared_) return;
  process_prepared_ = true;
  watch_thread_ends();
  allow_bias();
  if (!stack::prepare_learning()) losses_.add(Loss::kUnwinder);
  stack::on_unload([]() noexcept {
    const ReentrancyGuard reentrancy(
        slot.inside);  // a signal handler that allocates here must not wait for the lock of Rules
    the_recorder.rules_.forget_all();
  });
  pthread_atfork(&Recorder::prepare_fork, &Recorder::fork_in_parent, &Recorder::fork_in_child);
}

inline ThreadBlock* Recorder::this_thread() noexcept { return slot.block != nullptr ? slot.block : begin_thread(); }

inline bool Recorder::sampled(ThreadBlock& thread, std::size_t bytes) noexcept {
  const std::uint32_t epoch = alloc::recording_epoch.load(std::memory_order_acquire);
  if (alloc::until_sample.epoch == epoch && thread.interval == 1) [[likely]]
    return epoch != 0;  // exact mode; the bytes until the next sample stay below 0
  return sampled_slow(thread, bytes, epoch);
}

// A thread samples with the settings of the last start() that it has seen, and keeps their interval: the weight of a
// block must be that of the interval with which it was sampled.
[[gnu::noinline]] bool Recorder::sampled_slow(ThreadBlock& thread, std::size_t bytes, std::uint32_t epoch) noexcept {
  alloc::UntilSample& until = alloc::until_sample;
  if (epoch == 0) return false;
  if (until.epoch != epoch) {  // the epoch has changed since this thread last looked, or it has a new ThreadBlock
    {
      const std::scoped_lock guard(settings_lock_);
      until.epoch = epochs_;
      const SiteMark mark{.thread = scopes_.open_at(thread.mark.thread), .era = scopes_.era()};
      if (thread.interval != settings_.interval || thread.mark != mark) thread.capturer.forget_notes();
      thread.interval = settings_.interval;
      thread.mark = mark;
      thread.capturer.configure(settings_.unwinding, settings_.audit_interval, settings_.interval != 1);
      if (std::exchange(thread.seeded_for, epochs_) != epochs_)
        thread.sampler.seed(mix(settings_.seed, thread.ordinal));
    }
    until.bytes = thread.sampler.draw(thread.interval);
    if ((until.bytes -= static_cast<std::int64_t>(bytes)) >= 0) return false;
  }
  until.bytes = thread.sampler.draw(thread.interval);
  return true;
}

[[gnu::noinline]] std::uint32_t Recorder::captured(ThreadBlock& thread, const stack::Anchor& anchor) noexcept {
  const stack::Trace& trace = thread.capturer.capture(anchor, rules_);
  if (trace.truncated) losses_.add(Loss::kTruncated);
  const std::uint32_t stack = stacks_.intern(trace.stack());
  if (stack != 0) thread.capturer.remember(anchor, stack, replay_memory_);
  return stack;
}

[[gnu::noinline]] std::uint32_t Recorder::audited(ThreadBlock& thread, std::uint32_t stack,
                                                  const stack::Anchor& anchor) noexcept {
  if (thread.capturer.audit(anchor, stacks_.frames(stack))) return stack;
  losses_.add(Loss::kMismatches);
  rules_.forget_all();
  return stacks_.intern(thread.capturer.trace().stack());
}

[[gnu::noinline]] SiteCounter* Recorder::new_counter(ThreadBlock& thread, const alloc::TableInfo& table,
                                                     std::size_t bytes, const hashmap::PartInfo& info,
                                                     const void* same_facts, std::uint32_t stack) noexcept {
  if (stack == 0) return nullptr;
  const std::uint32_t name = alloc::name_index(table.id);
  const bool buckets = info.part == hashmap::Part::kBuckets;
  Site* const site = sites_.intern({
      .type_name = name == 0 ? table.type_name : std::string_view(),
      .bytes = bytes,
      .stack = stack,
      .name = name,
      .entry_bytes = info.entry_bytes,
      .kind = table.kind,
      .part = info.part,
      .cause = info.cause,
      .interval = thread.interval,
      .slots = buckets ? info.slots : 0,
      .hint = buckets ? info.hint : 0,
      .mark = thread.mark,
  });
  SiteCounter* const counter = site == nullptr ? nullptr : thread.make_counter(*site, thread_memory_);
  if (counter != nullptr) counter->same_facts = same_facts;
  return counter;
}

namespace {

/// Whether new_counter() would return this counter for these arguments and the stack of the counter's site.
inline bool is_counter_of(const SiteCounter& counter, const alloc::TableInfo& table, std::size_t bytes,
                          const hashmap::PartInfo& info) noexcept {
  const Site& noted = *counter.site;
  const SiteKey& site = noted.key;
  return site.bytes == bytes &&
         (counter.name != 0 || noted.type_name_at.load(std::memory_order_relaxed) == table.type_name.data()) &&
         site.entry_bytes == info.entry_bytes && site.kind == table.kind && site.part == info.part &&
         site.cause == info.cause &&
         (info.part != hashmap::Part::kBuckets || (site.slots == info.slots && site.hint == info.hint));
}

}  // namespace

[[gnu::always_inline]] inline SiteCounter* Recorder::counter_of(ThreadBlock& thread, const alloc::TableInfo& table,
                                                                std::size_t bytes, const hashmap::PartInfo& info,
                                                                const void* same_facts,
                                                                const stack::Anchor& anchor) noexcept {
  stack::Replay::Remembered* const known = thread.capturer.replay(anchor);
  if (known == nullptr) [[unlikely]]
    return new_counter(thread, table, bytes, info, same_facts, captured(thread, anchor));
  if (known->truncated) [[unlikely]]
    losses_.add(Loss::kTruncated);
  if (thread.capturer.audit_due()) [[unlikely]]
    return new_counter(thread, table, bytes, info, same_facts, audited(thread, known->stack, anchor));
  // Interval, scope and reused code addresses need no check: notes are dropped when code is unloaded, and when the
  // thread's interval or scope changes.
  auto* const counter = static_cast<SiteCounter*>(known->note);
  if (counter != nullptr && counter->name == alloc::name_index(table.id)) [[likely]] {
    if (same_facts != nullptr && same_facts == counter->same_facts) [[likely]]
      return counter;
    if (is_counter_of(*counter, table, bytes, info)) return counter;
  }
  SiteCounter* const other = new_counter(thread, table, bytes, info, same_facts, known->stack);
  known->note = other;
  return other;
}

[[gnu::always_inline]] inline alloc::TableHandle* Recorder::on_alloc(void* block, std::size_t bytes,
                                                                     const alloc::TableInfo& table,
                                                                     const hashmap::PartInfo& info,
                                                                     const void* same_facts,
                                                                     const stack::Anchor& anchor) noexcept {
  const ReentrancyGuard reentrancy(slot.inside);
  if (!reentrancy.entered()) [[unlikely]] {
    if (!slot.sets_key) losses_.add(Loss::kNested);
    return nullptr;
  }
  ThreadBlock* const thread = this_thread();
  if (thread == nullptr) [[unlikely]]
    return on_alloc_without_thread(block, bytes, table, info, same_facts, anchor);
  return on_alloc_of(*thread, block, bytes, table, info, same_facts, anchor);
}

[[gnu::always_inline]] inline alloc::TableHandle* Recorder::on_alloc_of(
    ThreadBlock& thread, const void* block, std::size_t bytes, const alloc::TableInfo& table,
    const hashmap::PartInfo& info, const void* same_facts, const stack::Anchor& anchor) noexcept {
  if (!sampled(thread, bytes)) return nullptr;
  SiteCounter* const counter = counter_of(thread, table, bytes, info, same_facts, anchor);
  Tables::Added added;
  if (!add_block(thread, counter, block, table, info, added)) [[unlikely]]
    add_with_less(thread, block, bytes, table, info, same_facts, anchor, added);
  run_deferred();
  return added.table;
}

// For a thread without a ThreadBlock: either there was no memory for one, or the destructor of our key has run. In the
// latter case one is borrowed for this allocation alone, because destructors of other keys may allocate even in their
// last round, and nothing would tell us when to give it back.
[[gnu::noinline]] alloc::TableHandle* Recorder::on_alloc_without_thread(const void* block, std::size_t bytes,
                                                                        const alloc::TableInfo& table,
                                                                        const hashmap::PartInfo& info,
                                                                        const void* same_facts,
                                                                        const stack::Anchor& anchor) noexcept {
  ThreadBlock* const borrowed = slot.ended ? acquire_block() : nullptr;
  if (borrowed == nullptr) {
    losses_.add_block(bytes);
    run_deferred();
    return nullptr;
  }
  alloc::TableHandle* const handle = on_alloc_of(*borrowed, block, bytes, table, info, same_facts, anchor);
  leave_thread(*borrowed);
  return handle;
}

// The block is put into the live table first, and counted only when nothing can fail any more.
[[gnu::always_inline]] inline bool Recorder::add_block(ThreadBlock& thread, SiteCounter* counter, const void* block,
                                                       const alloc::TableInfo& table, const hashmap::PartInfo& info,
                                                       Tables::Added& added) noexcept {
  if (counter == nullptr) [[unlikely]]
    return false;
  if (info.part == hashmap::Part::kBuckets) {
    if (!add_bucket_block(block, *counter->site, table.id, info.entries, added)) return false;
  } else {
    if (!live_.insert(block, LiveBlock::of_site(counter->site->number), slot.number)) [[unlikely]]
      return false;
    counter->allocs.store(counter->allocs.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  add_inuse(thread, *counter, Scopes::Event::kAllocation);
  return true;
}

// The memory limit is reached. The thread's replay memory, which only saves time, is given up first. If that does not
// help, the block is lost and counted as a loss.
[[gnu::noinline]] void Recorder::add_with_less(ThreadBlock& thread, const void* block, std::size_t bytes,
                                               const alloc::TableInfo& table, const hashmap::PartInfo& info,
                                               const void* same_facts, const stack::Anchor& anchor,
                                               Tables::Added& added) noexcept {
  if (thread.capturer.release(replay_memory_)) {
    const std::uint32_t stack = captured(thread, anchor);
    if (add_block(thread, new_counter(thread, table, bytes, info, same_facts, stack), block, table, info, added))
      return;
  }
  losses_.add_block(bytes);
}

[[gnu::noinline]] bool Recorder::add_bucket_block(const void* block, const Site& site, alloc::TableId table,
                                                  std::uint64_t entries, Tables::Added& added) noexcept {
  added = tables_.add_block(table, site.number, entries, slot.number);
  if (added.block == 0) return false;
  if (live_.insert(block, LiveBlock::of_bucket_block(added.block), slot.number)) return true;
  tables_.drop_block(added.block, slot.number);
  added = {};
  return false;
}

[[gnu::always_inline]] inline void Recorder::end_block(const void* block) noexcept {
  ThreadBlock* const thread = this_thread();
  if (thread == nullptr) [[unlikely]] {
    end_block_without_thread(block);
    return;
  }
  const LiveBlock live = live_.remove(block, slot.number);
  if (!live) return;  // not sampled, or allocated while recording was off
  before_fall(*thread);
  SiteCounter* const counter = live.is_bucket() ? nullptr : thread->counter(live.number());
  if (counter == nullptr) [[unlikely]] {
    end_unusual_block(*thread, live);
    return;
  }
  counter->frees.store(counter->frees.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  add_inuse(*thread, *counter, Scopes::Event::kFree);
}

// A free of a bucket block, or of a block of a site for which this thread has no counter yet.
[[gnu::noinline]] void Recorder::end_unusual_block(ThreadBlock& thread, LiveBlock live) noexcept {
  Site& site = sites_[live.is_bucket() ? tables_.end_block(live.number(), slot.number) : live.number()];
  if (!live.is_bucket()) {
    if (SiteCounter* const counter = thread.make_counter(site, thread_memory_)) {
      counter->frees.store(counter->frees.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    } else {
      site.shared_frees.fetch_add(1, std::memory_order_release);
    }
  }
  add_inuse(thread, site, Scopes::Event::kFree);
}

// A free on a thread without a ThreadBlock: the destructor of our key has run, or there was no memory for one.
[[gnu::noinline]] void Recorder::end_block_without_thread(const void* block) noexcept {
  const LiveBlock live = live_.remove(block, this_number());
  if (!live) return;
  if (inuse_bytes_.load(std::memory_order_relaxed) > falling_mark_.load(std::memory_order_relaxed)) {
    keep_high_water(falling_mark_);
  }
  Site& site = sites_[live.is_bucket() ? tables_.end_block(live.number(), slot.number) : live.number()];
  if (!live.is_bucket()) site.shared_frees.fetch_add(1, std::memory_order_release);
  inuse_bytes_.fetch_sub(site.weighted_bytes, std::memory_order_relaxed);
  if (scopes_.any_open()) scopes_.count(site.key.mark, site.weighted_bytes, Scopes::Event::kFree);
}

[[gnu::always_inline]] inline void Recorder::on_free(void* block) noexcept {
  const ReentrancyGuard reentrancy(slot.inside);
  if (!reentrancy.entered()) [[unlikely]] {
    if (!slot.deferred.push(block)) losses_.add(Loss::kFrees);
    return;
  }
  end_block(block);
  run_deferred();
}

inline void Recorder::run_deferred() noexcept {
  if (slot.deferred.any()) [[unlikely]]
    run_deferred_slow();
}
[[gnu::noinline]] void Recorder::run_deferred_slow() noexcept {
  while (void* block = slot.deferred.pop()) end_block(block);
}

}  // namespace bucketprof::record

namespace bucketprof::alloc {

TableHandle* record_alloc_slow(void* block, std::size_t bytes, const TableInfo& table, const hashmap::PartInfo& info,
                               const void* same_facts) noexcept {
  return record::the_recorder.on_alloc(block, bytes, table, info, same_facts, BUCKETPROF_ANCHOR());
}

void record_free_slow(void* block) noexcept { record::the_recorder.on_free(block); }

// A signal handler that interrupted the recorder must not wait for a lock that its own thread holds. So the calls below
// do nothing there, and the entries of its tables are not counted.
TableHandle* find_or_make_handle(TableId id) noexcept {
  const record::ReentrancyGuard reentrancy(record::inside());
  return reentrancy.entered() ? record::the_recorder.tables().find_or_make(id, record::this_number()) : nullptr;
}
TableHandle* find_handle(TableId id) noexcept {
  const record::ReentrancyGuard reentrancy(record::inside());
  return reentrancy.entered() ? record::the_recorder.tables().find(id, record::this_number()) : nullptr;
}
void bucket_block_not_recorded(TableHandle* handle, TableId id) noexcept {
  const record::ReentrancyGuard reentrancy(record::inside());
  if (reentrancy.entered()) record::the_recorder.tables().supersede(handle, id, record::this_number());
}
void retire_if_empty(TableHandle* handle, TableId id) noexcept {
  const record::ReentrancyGuard reentrancy(record::inside());
  if (reentrancy.entered()) record::the_recorder.tables().retire_if_empty(handle, id, record::this_number());
}

}  // namespace bucketprof::alloc

namespace bucketprof {

alloc::TableName named(std::string_view name) noexcept {
  const record::ReentrancyGuard reentrancy(record::inside());
  return {reentrancy.entered() ? record::the_recorder.names().intern(name) : 0};
}

}  // namespace bucketprof
