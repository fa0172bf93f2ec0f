// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/lead.h"

#include <dlfcn.h>
#include <link.h>

#include <mutex>

#include "profiler/record/recorder.h"
#include "profiler/stack/unload.h"

namespace bucketprof::record {
namespace {

constinit Followers own_followers;
constinit std::atomic<const Lead*> followed{nullptr};
constinit Follower this_copy{.epoch = &alloc::recording_epoch};

}  // namespace

// Only hidden functions: another copy's function of the same name would come back to us.
constexpr Lead kOwnLead{
    .on_alloc = [](const Allocation& allocation,
                   alloc::UntilSample& until) noexcept { return recorder().on_alloc_of_follower(allocation, until); },
    .on_free = [](void* block) noexcept { recorder().on_free_of_follower(block); },
    .draw_table_ids = []() noexcept { return recorder().draw_table_ids(); },
    .find_or_make_handle = [](alloc::TableId id) noexcept { return recorder().find_or_make_handle(id); },
    .find_handle = [](alloc::TableId id) noexcept { return recorder().find_handle(id); },
    .bucket_block_not_recorded = [](alloc::TableHandle* handle,
                                    alloc::TableId id) noexcept { recorder().bucket_block_not_recorded(handle, id); },
    .retire_if_empty = [](alloc::TableHandle* handle,
                          alloc::TableId id) noexcept { recorder().retire_if_empty(handle, id); },
    .named = [](std::string_view name) noexcept { return recorder().name(name); },
    .unload_begins = &stack::unload_begins,
    .unload_ended = &stack::unload_ended,
    .filter = []() noexcept { return alloc::recorded_filter; },
    .add = [](Follower& follower) noexcept { followers().add(follower); },
    .remove = [](Follower& follower) noexcept { followers().remove(follower); },
};

Followers& followers() noexcept { return own_followers; }

void Followers::add(Follower& follower) noexcept {
  const std::scoped_lock guard(lock_);
  follower.next = first_;
  first_ = &follower;
  follower.epoch->store(alloc::recording_epoch.load(std::memory_order_relaxed), std::memory_order_release);
}

void Followers::remove(Follower& follower) noexcept {
  const std::scoped_lock guard(lock_);
  for (Follower** place = &first_; *place != nullptr; place = &(*place)->next) {
    if (*place != &follower) continue;
    *place = follower.next;
    return;
  }
}

void Followers::set_epoch(std::uint32_t epoch) noexcept {
  const std::scoped_lock guard(lock_);
  alloc::recording_epoch.store(epoch, std::memory_order_release);
  for (const Follower* copy = first_; copy != nullptr; copy = copy->next)
    copy->epoch->store(epoch, std::memory_order_release);
}

const Lead* lead() noexcept { return followed.load(std::memory_order_acquire); }

void follow(const Lead& lead) noexcept {
  alloc::recorded_filter = lead.filter();
  stack::forward_unloads(lead.unload_begins, lead.unload_ended);
  followed.store(&lead, std::memory_order_release);
  lead.add(this_copy);
}

void unfollow() noexcept {
  const Lead* const lead = followed.load(std::memory_order_acquire);
  if (lead == nullptr) return;
  lead->remove(this_copy);
  // The program's own dlclose may be one that we do not see.
  lead->unload_begins();
  lead->unload_ended();
}

void keep_loaded(const void* address) noexcept {
  Dl_info info{};
  link_map* object = nullptr;
  if (::dladdr1(address, &info, reinterpret_cast<void**>(&object), RTLD_DL_LINKMAP) == 0 || object == nullptr) return;
  if (*object->l_name == '\0') return;                                                   // a program is never unloaded
  static_cast<void>(::dlopen(object->l_name, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE));  // opens nothing
  static_cast<void>(::dlerror());
}

}  // namespace bucketprof::record
