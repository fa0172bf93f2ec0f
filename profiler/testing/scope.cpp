// SPDX-License-Identifier: Apache-2.0
//
// A scope's numbers are the rows of a snapshot whose site has the scope's id, minus the values of these rows when the
// scope was opened, because scope numbers are reused (record/scopes.h).
#include "profiler/testing/scope.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "profiler/base/grouped.h"
#include "profiler/record/recorder.h"
#include "profiler/tables/names.h"

namespace bucketprof::testing {
namespace {

using record::Loss;
using record::Recorder;
using record::Row;
using record::SiteKey;

std::atomic<FaultHandler> fault_handler{nullptr};

auto identity(const Row& row) { return std::tuple(row.site, row.has_peak, row.peak, row.life); }

std::vector<Row> rows_of_earlier_scopes() {
  std::vector<Row> rows;
  const record::Snapshot snapshot = record::recorder().snapshot(At::kNow);
  for (const Row& row : snapshot.rows.span()) {
    if (record::recorder().sites()[row.site].key.scope_id.thread != 0) rows.push_back(row);
  }
  return rows;
}

std::string loss_between(const record::Losses::Counts& before, const record::Losses::Counts& now) {
  const auto lost = [&](Loss loss) {
    const auto i = static_cast<std::size_t>(loss);
    return static_cast<std::int64_t>(now[i] - before[i]);
  };
  if (lost(Loss::kBlocks) != 0) {
    return fmt::format(
        "the recorder's memory is at its limit: {} blocks ({} bytes) were not recorded while the scope was open, so "
        "its numbers are too low; raise Options::memory_limit",
        grouped(lost(Loss::kBlocks)), grouped(lost(Loss::kBytes)));
  }
  if (lost(Loss::kTables) != 0) {
    return "the recorder's memory is at its limit: the entries of a table were not counted while the scope was open, "
           "so its slack is wrong; raise Options::memory_limit";
  }
  if (lost(Loss::kNested) != 0) {
    return fmt::format(
        "{} blocks were allocated by a signal handler that interrupted the recorder while the scope was open: they are "
        "not in its numbers",
        grouped(lost(Loss::kNested)));
  }
  if (lost(Loss::kFrees) != 0) {
    return fmt::format(
        "the frees of {} blocks were not recorded while the scope was open: its numbers in use are too high",
        grouped(lost(Loss::kFrees)));
  }
  return {};
}

Amounts amounts_of(const Row& row, const SiteKey& site) {
  const auto number = [](std::uint64_t n) { return static_cast<std::int64_t>(n); };
  return {.allocated_objects = number(row.allocs),
          .allocated_bytes = number(row.allocs * site.bytes),
          .inuse_objects = number(row.inuse),
          .inuse_bytes = number(row.inuse * site.bytes),
          .slack_bytes = number(row.alloc_slack),
          .inuse_slack_bytes = number(row.inuse_slack)};
}

/// Subtracts the values of the same row in `before`; false if no allocation is left.
bool subtract(Row& row, const std::vector<Row>& before) {
  const auto same = std::lower_bound(before.begin(), before.end(), row,
                                     [](const Row& a, const Row& b) { return identity(a) < identity(b); });
  if (same == before.end() || identity(*same) != identity(row)) return true;
  row.allocs -= same->allocs;
  row.inuse -= same->inuse;
  row.alloc_slack -= same->alloc_slack;
  row.inuse_slack -= same->inuse_slack;
  return row.allocs != 0;
}

}  // namespace

struct Scope::State {
  record::ScopeNumber number = 0;
  std::string fault;
  record::Losses::Counts losses{};
  std::uint64_t interruptions = 0;
  std::vector<Row> before;

  [[nodiscard]] std::string fault_now(const record::Snapshot& snapshot) const {
    if (record::recorder().interruptions() != interruptions) {
      return "recording was stopped, or made to sample, while the scope was open: not every block was recorded";
    }
    if (!snapshot.complete) return "the system gave no memory for reading the recorder: rows are missing";
    return loss_between(losses, snapshot.losses);
  }
};

Scope::Scope(Of of) : state_(std::make_unique<State>()) {
  if (record::lead() != nullptr) {
    state_->fault =
        "scopes can only be opened in the program or library whose recorder this process uses, and that is another "
        "one, which is linked with bucketprof, too; link bucketprof::testing to the program";
    return;
  }
  record::keep_loaded(&fault_handler);
  Recorder& recorder = record::recorder();
  state_->losses = recorder.losses();
  state_->interruptions = recorder.interruptions();
  const Recorder::OpenedScope opened =
      recorder.open_scope(of == Of::kThread ? record::ScopeOf::kThread : record::ScopeOf::kProcess);
  state_->number = opened.number;
  if (opened.number != 0) {
    // The scope has no allocations yet. Eras of process scopes are never reused, so these subtract nothing.
    if (of == Of::kThread) state_->before = rows_of_earlier_scopes();
    return;
  }
  state_->fault =
      opened.sampled ? "recording is sampled: what a scope measured would be an estimate; record every block "
                       "(Options::interval = kExact, BUCKETPROF_INTERVAL=1), or start no recording: then the scope does"
      : opened.ended ? "the thread is ending and its thread-local memory is gone: open the scope earlier"
                     : "the recorder's memory is at its limit: the scope could not be opened; raise "
                       "Options::memory_limit";
}

Scope::~Scope() {
  if (state_->number != 0) record::recorder().close_scope(state_->number);
}

Used Scope::used(const char* file, int line) const {
  using Identity = std::tuple<std::string_view, tables::Kind, Part, Cause, std::uint32_t>;  // the last one is the stack
  std::map<Identity, UsedRow> rows;
  std::optional<std::int64_t> peak;
  std::string fault = state_->fault;
  Recorder& recorder = record::recorder();

  if (state_->number != 0) {
    const record::Snapshot snapshot = recorder.snapshot(At::kNow);
    for (Row row : snapshot.rows.span()) {
      const SiteKey& site = recorder.sites()[row.site].key;
      if (site.scope_id == record::ScopeId{} || !recorder.scopes().holds(state_->number, site.scope_id)) continue;
      if (!subtract(row, state_->before)) continue;
      const std::string_view table = site.name != 0 ? recorder.names().text(site.name) : site.type_name;
      UsedRow& sum = rows[{table, site.kind, site.part, site.cause, site.stack}];
      if (sum.site == 0) {
        sum = {.table = std::string(table),
               .kind = std::string(tables::name_of(site.kind)),
               .part = site.part,
               .cause = site.cause,
               .amounts = {},
               .site = row.site};
      }
      sum.amounts += amounts_of(row, site);
    }
    peak = recorder.scopes().peak_of(state_->number);
    fault = state_->fault_now(snapshot);
  }

  if (!fault.empty()) {
    if (const FaultHandler handler = fault_handler.load(std::memory_order_acquire)) handler(fault, file, line);
  }
  std::vector<UsedRow> sorted;
  sorted.reserve(rows.size());
  for (auto& [key, row] : rows) sorted.push_back(std::move(row));
  return {std::move(sorted), peak, std::move(fault)};
}

FaultHandler set_fault_handler(FaultHandler handler) noexcept {
  return fault_handler.exchange(handler, std::memory_order_acq_rel);
}

}  // namespace bucketprof::testing
