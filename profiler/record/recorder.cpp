// SPDX-License-Identifier: Apache-2.0
//
// Recording: the slow paths of an allocation and of a free.
#include "profiler/record/recorder.h"

#include <atomic>
#include <mutex>
#include <utility>

#include "profiler/base/hash.h"
#include "profiler/base/sanitizer.h"
#include "profiler/record/lead.h"
#include "profiler/record/reentrancy_guard.h"
#include "profiler/record/thread_slot.h"

namespace bucketprof::alloc {

BUCKETPROF_ONE_IN_EACH_COPY constinit std::atomic<std::uint32_t> recording_epoch{0};
constinit thread_local UntilSample until_sample [[gnu::tls_model("initial-exec")]];

}  // namespace bucketprof::alloc

namespace bucketprof::record {
namespace {

constinit Recorder the_recorder;

}  // namespace

Recorder& recorder() noexcept { return the_recorder; }
bool inside() noexcept { return slot.inside.load(std::memory_order_relaxed); }

inline ThreadBlock* Recorder::this_thread() noexcept {
  return slot.block != nullptr ? slot.block : begin_thread(threads_);
}

inline bool Recorder::sampled(ThreadBlock& thread, std::size_t bytes) noexcept {
  const std::uint32_t epoch = alloc::recording_epoch.load(std::memory_order_acquire);
  if (alloc::until_sample.epoch == epoch && thread.interval == 1) [[likely]]
    return epoch != 0;  // exact mode; the bytes until the next sample stay below 0
  return sampled_slow(thread, bytes, epoch);
}

[[gnu::noinline]] bool Recorder::sampled_slow(ThreadBlock& thread, std::size_t bytes, std::uint32_t epoch) noexcept {
  alloc::UntilSample& until = alloc::until_sample;
  if (epoch == 0) return false;
  if (until.epoch != epoch) {  // the epoch has changed since this thread last looked, or it has a new ThreadBlock
    read_settings(thread);
    until.bytes = thread.sampler.draw(thread.interval);
    if ((until.bytes -= static_cast<std::int64_t>(bytes)) >= 0) return false;
  }
  until.bytes = thread.sampler.draw(thread.interval);
  return true;
}

// A thread samples with the settings of the last start() that it has seen, and keeps their interval: the weight of a
// block must be that of the interval with which it was sampled.
void Recorder::read_settings(ThreadBlock& thread) noexcept {
  const std::scoped_lock guard(recording_.lock());
  const Settings& settings = recording_.settings();
  const std::uint32_t epoch = recording_.epoch();
  alloc::until_sample.epoch = epoch;
  const ScopeId scope_id{.thread = scopes_.open_at(thread.scope_id.thread), .era = scopes_.era()};
  if (thread.interval != settings.interval || thread.scope_id != scope_id) thread.capturer.forget_notes();
  thread.interval = settings.interval;
  thread.scope_id = scope_id;
  thread.capturer.configure(settings.unwinding, settings.audit_interval, settings.interval != 1);
  if (std::exchange(thread.seeded_for, epoch) != epoch) thread.sampler.seed(mix(settings.seed, thread.ordinal));
}

[[gnu::noinline]] std::uint32_t Recorder::captured(ThreadBlock& thread, const stack::Anchor& anchor) noexcept {
  const stack::Trace& trace = thread.capturer.capture(anchor, rules_);
  if (trace.truncated) losses_.add(Loss::kTruncated);
  const std::uint32_t stack = stacks_.intern(trace.stack());
  if (stack != 0) thread.capturer.remember(anchor, stack, arenas_.replay);
  return stack;
}

[[gnu::noinline]] std::uint32_t Recorder::audited(ThreadBlock& thread, std::uint32_t stack,
                                                  const stack::Anchor& anchor) noexcept {
  if (thread.capturer.audit(anchor, stacks_.frames(stack))) return stack;
  losses_.add(Loss::kMismatches);
  rules_.forget_all();
  return stacks_.intern(thread.capturer.trace().stack());
}

[[gnu::noinline]] SiteCounter* Recorder::new_counter(ThreadBlock& thread, const Allocation& allocation,
                                                     std::uint32_t stack) noexcept {
  if (stack == 0) return nullptr;
  const alloc::TableInfo& table = allocation.table;
  const hashmap::PartInfo& part = allocation.part;
  const std::uint32_t name = alloc::name_index(table.id);
  const bool buckets = part.part == hashmap::Part::kBuckets;
  Site* const site = sites_.intern({
      .type_name = name == 0 ? table.type_name : std::string_view(),
      .bytes = allocation.bytes,
      .stack = stack,
      .start = buckets ? start_of(table, part, stack) : 0,
      .name = name,
      .entry_bytes = part.entry_bytes,
      .kind = table.kind,
      .part = part.part,
      .cause = part.cause,
      .interval = thread.interval,
      .slots = hashmap::has_slots(part.part) ? part.slots : 0,
      .hint = buckets ? part.hint : 0,
      .scope_id = thread.scope_id,
  });
  SiteCounter* const counter = site == nullptr ? nullptr : thread.make_counter(*site, arenas_.threads);
  if (counter != nullptr) counter->facts = allocation.facts;
  return counter;
}

namespace {

/// Whether new_counter() would return this counter for this allocation and the stack of the counter's site.
inline bool is_counter_of(const SiteCounter& counter, const Allocation& allocation) noexcept {
  const Site& noted = *counter.site;
  const SiteKey& site = noted.key;
  const alloc::TableInfo& table = allocation.table;
  const hashmap::PartInfo& part = allocation.part;
  return site.bytes == allocation.bytes && counter.name == alloc::name_index(table.id) &&
         (counter.name != 0 || noted.type_name_at.load(std::memory_order_relaxed) == table.type_name.data()) &&
         site.entry_bytes == part.entry_bytes && site.kind == table.kind && site.part == part.part &&
         site.cause == part.cause && (!hashmap::has_slots(part.part) || site.slots == part.slots) &&
         (part.part != hashmap::Part::kBuckets ||
          (site.hint == part.hint && site.start == start_of(table, part, site.stack)));
}

}  // namespace

// A stack that takes blocks of many sizes has a site for each. The thread's counters of these are a ring, so that going
// from one size to another does not need the set of all sites. All have the thread's interval and scope, as notes have.
[[gnu::noinline]] SiteCounter* Recorder::other_counter(ThreadBlock& thread, const Allocation& allocation,
                                                       std::uint32_t stack, SiteCounter* noted) noexcept {
  constexpr int kMostSiblings = 16;
  const bool exact = thread.interval == 1;  // then a site's weighted bytes are its bytes, and nearer than those
  if (noted != nullptr && noted->sibling != 0) {
    SiteCounter* counter = noted;
    for (int i = 0; i < kMostSiblings; ++i) {
      counter = thread.counter(counter->sibling);
      if (counter == noted) break;
      if (exact && static_cast<std::size_t>(counter->weighted_bytes) != allocation.bytes) continue;
      if (is_counter_of(*counter, allocation)) return counter;
    }
  }
  SiteCounter* const counter = new_counter(thread, allocation, stack);
  if (counter != nullptr && noted != nullptr && counter != noted && counter->sibling == 0) {
    counter->sibling = noted->sibling == 0 ? noted->site->number : noted->sibling;
    noted->sibling = counter->site->number;
  }
  return counter;
}

[[gnu::always_inline]] inline SiteCounter* Recorder::counter_of(ThreadBlock& thread,
                                                                const Allocation& allocation) noexcept {
  const stack::Anchor& anchor = allocation.anchor;
  stack::Replay::Remembered* const known = thread.capturer.replay(anchor);
  if (known == nullptr) [[unlikely]]
    return new_counter(thread, allocation, captured(thread, anchor));
  if (known->truncated) [[unlikely]]
    losses_.add(Loss::kTruncated);
  if (thread.capturer.audit_due()) [[unlikely]]
    return new_counter(thread, allocation, audited(thread, known->stack, anchor));
  // Interval, scope and reused code addresses need no check: notes are dropped when code is unloaded, and when the
  // thread's interval or scope changes.
  auto* const counter = static_cast<SiteCounter*>(known->note);
  if (counter != nullptr) [[likely]] {
    if (allocation.facts && allocation.facts == counter->facts &&
        counter->name == alloc::name_index(allocation.table.id)) [[likely]]
      return counter;
    if (is_counter_of(*counter, allocation)) return counter;
  }
  SiteCounter* const other = other_counter(thread, allocation, known->stack, counter);
  known->note = other;
  return other;
}

[[gnu::always_inline]] inline alloc::TableHandle* Recorder::on_alloc(const Allocation& allocation) noexcept {
  const ReentrancyGuard reentrancy;
  if (!reentrancy.entered()) [[unlikely]]
    return on_alloc_inside(allocation);
  ThreadBlock* const thread = this_thread();
  if (thread == nullptr) [[unlikely]]
    return on_alloc_without_thread(allocation);
  return on_alloc_of(*thread, allocation);
}

[[gnu::always_inline]] inline alloc::TableHandle* Recorder::on_alloc_of(ThreadBlock& thread,
                                                                        const Allocation& allocation) noexcept {
  if (!sampled(thread, allocation.bytes)) return nullptr;
  SiteCounter* const counter = counter_of(thread, allocation);
  Tables::Added added;
  if (!add_block(thread, counter, allocation, added)) [[unlikely]]
    add_otherwise(thread, counter, allocation, added);
  run_deferred();
  return added.table;
}

[[gnu::noinline]] alloc::TableHandle* Recorder::on_alloc_inside(const Allocation& allocation) noexcept {
  if (const Lead* const used = lead()) return used->on_alloc(allocation, alloc::until_sample);
  if (!slot.sets_key) losses_.add(Loss::kNested);
  return nullptr;
}

// The thread's bytes until the next sample are exchanged for those of the copy meanwhile. A signal handler that
// interrupts us counts down those.
alloc::TableHandle* Recorder::on_alloc_of_follower(const Allocation& allocation, alloc::UntilSample& until) noexcept {
  const alloc::UntilSample own = std::exchange(alloc::until_sample, until);
  alloc::TableHandle* const handle = on_alloc(allocation);
  until = std::exchange(alloc::until_sample, own);
  return handle;
}

void Recorder::on_free_of_follower(void* block) noexcept { on_free(block); }

// For a thread without a ThreadBlock: either there was no memory for one, or the destructor of our key has run. In the
// latter case one is borrowed for this allocation alone, because destructors of other keys may allocate even in their
// last round, and nothing would tell us when to give it back.
[[gnu::noinline]] alloc::TableHandle* Recorder::on_alloc_without_thread(const Allocation& allocation) noexcept {
  if (const Lead* const used = lead()) return used->on_alloc(allocation, alloc::until_sample);
  ThreadBlock* const borrowed = slot.ended ? borrow_block(threads_) : nullptr;
  if (borrowed == nullptr) {
    losses_.add_block(allocation.bytes);
    run_deferred();
    return nullptr;
  }
  alloc::TableHandle* const handle = on_alloc_of(*borrowed, allocation);
  leave_thread();
  return handle;
}

// The block is put into the live table first, and counted only when nothing can fail any more.
[[gnu::always_inline]] inline bool Recorder::add_block(ThreadBlock& thread, SiteCounter* counter,
                                                       const Allocation& allocation, Tables::Added& added) noexcept {
  if (counter == nullptr) [[unlikely]]
    return false;
  if (allocation.part.part == hashmap::Part::kBuckets) {
    if (!add_bucket_block(*counter, allocation, added)) return false;
  } else if (!add_plain_block(*counter, allocation, slot.number)) [[unlikely]] {
    return false;
  }
  add_inuse(thread, *counter, Scopes::Event::kAllocation);
  return true;
}

// Returns the counter, so that the caller need not save it.
[[gnu::noinline]] SiteCounter* Recorder::note_peak(ThreadBlock& thread, SiteCounter* counter) noexcept {
  high_water_.before_free(thread, counter->site->key.part == hashmap::Part::kNodes);
  return counter;
}

[[gnu::always_inline]] inline void Recorder::free_live_block(ThreadBlock& thread, LiveBlock live,
                                                             const void* there) noexcept {
  SiteCounter* counter = live.is_bucket() ? nullptr : thread.counter(live.number());
  if (counter == nullptr) [[unlikely]] {
    if (high_water_.may_be_peak(thread)) high_water_.before_free(thread, false);
    free_unusual_block(thread, live, there);
    return;
  }
  if (high_water_.may_be_peak(thread)) [[unlikely]]
    counter = note_peak(thread, counter);
  counter->frees.store(counter->frees.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  add_inuse(thread, *counter, Scopes::Event::kFree);
}

// If a block with this address is still recorded, its free has passed us by: it is counted now. Else the memory limit
// is reached. The thread's replay memory, which only saves time, is given up first. If that does not help, the block is
// lost and counted as a loss.
[[gnu::noinline]] void Recorder::add_otherwise(ThreadBlock& thread, SiteCounter* counter, const Allocation& allocation,
                                               Tables::Added& added) noexcept {
  if (const LiveBlock missed = live_.remove(allocation.block, slot.number)) {
    losses_.add(Loss::kMissed);
    free_live_block(thread, missed, nullptr);
    if (add_block(thread, counter, allocation, added)) return;
  }
  if (thread.capturer.release(arenas_.replay)) {
    counter = new_counter(thread, allocation, captured(thread, allocation.anchor));
    if (add_block(thread, counter, allocation, added)) return;
  }
  losses_.add_block(allocation.bytes);
}

[[gnu::noinline]] bool Recorder::add_bucket_block(SiteCounter& counter, const Allocation& allocation,
                                                  Tables::Added& added) noexcept {
  if (!is_of_table(counter.site->key)) return add_block_of_nobody(counter, allocation);
  added = tables_.add_block(allocation.table.id, counter.site->number, allocation.part.entries, allocation.table.life,
                            slot.number);
  if (added.block == 0) return false;
  if (live_.insert(allocation.block, LiveBlock::of_bucket_block(added.block), slot.number)) return true;
  tables_.drop_block(added.block, slot.number);
  added = {};
  return false;
}

[[gnu::always_inline]] inline void Recorder::free_block(void* block, const void* there) noexcept {
  ThreadBlock* const thread = this_thread();
  if (thread == nullptr) [[unlikely]] {
    free_without_thread(block, there);
    return;
  }
  const LiveBlock live = live_.remove(block, slot.number);
  if (!live) return;  // not sampled, or allocated while recording was off
  free_live_block(*thread, live, there);
}

// A free of a bucket block, or of a block of a site for which this thread has no counter yet.
[[gnu::noinline]] void Recorder::free_unusual_block(ThreadBlock& thread, LiveBlock live, const void* there) noexcept {
  Site& site = site_of_freed(live, there);
  if (!live.is_bucket()) {
    if (SiteCounter* const counter = thread.make_counter(site, arenas_.threads)) {
      counter->frees.store(counter->frees.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    } else {
      site.shared_frees.fetch_add(1, std::memory_order_release);
    }
  }
  add_inuse(thread, site, Scopes::Event::kFree);
}

// A free on a thread without a ThreadBlock: the destructor of our key has run, or there was no memory for one.
[[gnu::noinline]] void Recorder::free_without_thread(void* block, const void* there) noexcept {
  if (const Lead* const used = lead()) return used->on_free(block);
  const LiveBlock live = live_.remove(block, this_number());
  if (!live) return;
  high_water_.before_free(false);
  Site& site = site_of_freed(live, there);
  if (!live.is_bucket()) site.shared_frees.fetch_add(1, std::memory_order_release);
  high_water_.free_without_thread(site.weighted_bytes);
  if (scopes_.any_open()) scopes_.count(site.key.scope_id, site.weighted_bytes, Scopes::Event::kFree);
}

/// The site of a block taken out of the live table. Counts the free of a bucket block.
Site& Recorder::site_of_freed(LiveBlock live, const void* there) noexcept {
  if (!live.is_bucket()) return sites_[live.number()];
  return sites_[tables_.end_block(live.number(), look_at_freed(live.number(), there), slot.number)];
}

[[gnu::always_inline]] inline void Recorder::on_free(void* block) noexcept {
  const ReentrancyGuard reentrancy;
  if (!reentrancy.entered()) [[unlikely]] {
    on_free_inside(block);
    return;
  }
  free_block(block, block);
  run_deferred();
}

[[gnu::noinline]] void Recorder::on_free_inside(void* block) noexcept {
  if (const Lead* const used = lead()) return used->on_free(block);
  if (!slot.deferred.push(block)) losses_.add(Loss::kFrees);
}

inline void Recorder::run_deferred() noexcept {
  if (slot.deferred.any()) [[unlikely]]
    run_deferred_slow();
}
[[gnu::noinline]] void Recorder::run_deferred_slow() noexcept {
  while (void* block = slot.deferred.pop()) free_block(block, nullptr);
}

// While a scope is open, this is called for every block.
void Recorder::flush_inuse(ThreadBlock& thread, const Site& site, Scopes::Event event) noexcept {
  if (scopes_.any_open()) scopes_.count(site.key.scope_id, site.weighted_bytes, event);
  high_water_.flush(thread);
}

void Recorder::thread_ended(void*) noexcept {
  slot.ended = true;
  recorder().leave_thread();
}

void Recorder::leave_thread() noexcept {
  const ReentrancyGuard reentrancy;
  run_deferred_slow();
  high_water_.flush(*slot.block);
  release_block();
  // Frees by signal handlers meanwhile: this may be the thread's last call.
  DeferredFrees last;
  slot.deferred.move_to(last);
  while (void* block = last.pop()) free_block(block, nullptr);
  last.release();
}

}  // namespace bucketprof::record

namespace bucketprof::alloc {

TableHandle* record_alloc_slow(void* block, std::size_t bytes, const TableInfo& table, const hashmap::PartInfo& part,
                               FactsId facts) noexcept {
  return record::the_recorder.on_alloc({block, bytes, table, part, facts, BUCKETPROF_ANCHOR()});
}

void record_free_slow(void* block) noexcept { record::the_recorder.on_free(block); }

}  // namespace bucketprof::alloc
