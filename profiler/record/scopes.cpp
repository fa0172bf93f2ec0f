// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/scopes.h"

#include <mutex>
#include <utility>

namespace bucketprof::record {

ScopeNumber Scopes::make() noexcept {
  if (made_ == kChunk * kChunks) return 0;
  Record*& chunk = chunks_[made_ / kChunk];
  if (chunk == nullptr) chunk = arena_->allocate_array<Record>(kChunk);
  return chunk == nullptr ? 0 : ++made_;
}

// A number may be reused if each scope that will enclose it either enclosed it before, and so has counted all of its
// old blocks, or was opened after its last change, and so has counted none of them.
bool Scopes::may_serve(const Record& record, ScopeOf of, ScopeNumber around) noexcept {
  if (!record.reusable || record.of != of || record.living != 0) return false;
  for (ScopeNumber n = around; n != record.around; n = at(n).around) {
    if (n == 0 || at(n).changed < record.changed) return false;
  }
  return true;
}

ScopeNumber Scopes::take(ScopeOf of, ScopeNumber around) noexcept {
  ScopeNumber number = 0;
  for (ScopeNumber n = 1; n <= made_ && number == 0; ++n) {
    if (may_serve(at(n), of, around)) number = n;
  }
  if (number == 0) number = make();
  if (number == 0) return 0;
  at(number) = {.of = of, .open = true, .around = around, .changed = ++changes_};
  open_.fetch_add(1, std::memory_order_relaxed);
  return number;
}

ScopeNumber Scopes::open_thread(ScopeNumber enclosing) noexcept {
  const std::scoped_lock guard(lock_);
  return take(ScopeOf::kThread, enclosing);
}

ScopeNumber Scopes::open_process() noexcept {
  const std::scoped_lock guard(lock_);
  const ScopeNumber number = take(ScopeOf::kProcess, 0);
  if (number == 0) return 0;
  at(number).first_era = ++eras_;
  at(number).around = newest_process_;
  newest_process_ = number;
  return number;
}

void Scopes::close(ScopeNumber scope, bool reusable) noexcept {
  const std::scoped_lock guard(lock_);
  Record& closed = at(scope);
  BUCKETPROF_DCHECK(closed.open);
  closed.open = false;
  closed.reusable = reusable;
  closed.changed = ++changes_;
  open_.fetch_sub(1, std::memory_order_relaxed);
  if (closed.of == ScopeOf::kThread) {  // inner scopes now belong to the scope around the closed one
    for (ScopeNumber n = 1; n <= made_; ++n) {
      if (at(n).of == ScopeOf::kThread && at(n).around == scope) at(n).around = closed.around;
    }
    return;
  }
  ScopeNumber* link = &newest_process_;
  while (*link != scope) link = &at(*link).around;
  *link = std::exchange(closed.around, 0);
}

ScopeOf Scopes::of(ScopeNumber scope) noexcept {
  const std::scoped_lock guard(lock_);
  return at(scope).of;
}

ScopeNumber Scopes::open_at(ScopeNumber scope) noexcept {
  const std::scoped_lock guard(lock_);
  while (scope != 0 && !at(scope).open) scope = at(scope).around;
  return scope;
}

std::uint32_t Scopes::era() noexcept {
  const std::scoped_lock guard(lock_);
  return newest_process_ == 0 ? 0 : eras_;
}

void Scopes::count(const ScopeId& id, std::int64_t bytes, Event event) noexcept {
  if (id == ScopeId{}) return;
  const std::scoped_lock guard(lock_);
  const int sign = event == Event::kAllocation ? 1 : -1;
  bytes *= sign;
  if (id.thread != 0) {
    Record& record = at(id.thread);
    record.living += sign;
    if (!record.open) record.changed = ++changes_;
  }
  for (ScopeNumber n = id.thread; n != 0; n = at(n).around) {
    if (at(n).open) at(n).add(bytes);
  }
  if (id.era == 0) return;
  for (ScopeNumber n = newest_process_; n != 0; n = at(n).around) {
    if (at(n).first_era <= id.era) at(n).add(bytes);
  }
}

bool Scopes::holds(ScopeNumber scope, const ScopeId& id) noexcept {
  const std::scoped_lock guard(lock_);
  const Record& record = at(scope);
  if (record.of == ScopeOf::kProcess) return id.era >= record.first_era;
  ScopeNumber number = id.thread;
  while (number != 0 && number != scope) number = at(number).around;
  return number == scope;
}

std::int64_t Scopes::peak_of(ScopeNumber scope) noexcept {
  const std::scoped_lock guard(lock_);
  return at(scope).peak;
}

}  // namespace bucketprof::record
