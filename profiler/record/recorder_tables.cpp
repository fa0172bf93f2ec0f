// SPDX-License-Identifier: Apache-2.0
//
// What tables ask of the recorder, besides the record functions: ids, names, and the handles that count their entries.
// A signal handler that interrupted the recorder must not wait for a lock that its own thread holds. So the calls do
// nothing there, and the entries of its tables are not counted.
#include <atomic>

#include "profiler/record/lead.h"
#include "profiler/record/recorder.h"
#include "profiler/record/reentrancy_guard.h"
#include "profiler/record/thread_slot.h"

namespace bucketprof::record {

alloc::TableHandle* Recorder::find_or_make_handle(alloc::TableId id) noexcept {
  const ReentrancyGuard reentrancy;
  return reentrancy.entered() ? tables_.find_or_make(id, this_number()) : nullptr;
}
alloc::TableHandle* Recorder::find_handle(alloc::TableId id) noexcept {
  const ReentrancyGuard reentrancy;
  return reentrancy.entered() ? tables_.find(id, this_number()) : nullptr;
}
void Recorder::bucket_block_not_recorded(alloc::TableHandle* handle, alloc::TableId id) noexcept {
  const ReentrancyGuard reentrancy;
  if (reentrancy.entered()) tables_.supersede(handle, id, this_number());
}
void Recorder::retire_if_empty(alloc::TableHandle* handle, alloc::TableId id) noexcept {
  const ReentrancyGuard reentrancy;
  if (reentrancy.entered()) tables_.retire_if_empty(handle, id, this_number());
}
std::uint64_t Recorder::draw_table_ids() noexcept {
  return table_ids_.fetch_add(alloc::kIdsPerDraw, std::memory_order_relaxed);
}
alloc::TableName Recorder::name(std::string_view name) noexcept {
  const ReentrancyGuard reentrancy;
  return {reentrancy.entered() ? names_.intern(name) : 0};
}

}  // namespace bucketprof::record

namespace bucketprof::alloc {

using record::lead;
using record::recorder;

TableHandle* find_or_make_handle(TableId id) noexcept {
  return lead() != nullptr ? lead()->find_or_make_handle(id) : recorder().find_or_make_handle(id);
}
TableHandle* find_handle(TableId id) noexcept {
  return lead() != nullptr ? lead()->find_handle(id) : recorder().find_handle(id);
}
void bucket_block_not_recorded(TableHandle* handle, TableId id) noexcept {
  lead() != nullptr ? lead()->bucket_block_not_recorded(handle, id) : recorder().bucket_block_not_recorded(handle, id);
}
void retire_if_empty(TableHandle* handle, TableId id) noexcept {
  lead() != nullptr ? lead()->retire_if_empty(handle, id) : recorder().retire_if_empty(handle, id);
}
std::uint64_t draw_table_ids() noexcept {
  return lead() != nullptr ? lead()->draw_table_ids() : recorder().draw_table_ids();
}

}  // namespace bucketprof::alloc

namespace bucketprof {

alloc::TableName named(std::string_view name) noexcept {
  return record::lead() != nullptr ? record::lead()->named(name) : record::recorder().name(name);
}

}  // namespace bucketprof
