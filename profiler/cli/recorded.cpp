// SPDX-License-Identifier: Apache-2.0
#include "profiler/cli/recorded.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>
#include <system_error>
#include <utility>

#include "profiler/base/contract.h"
#include "profiler/base/file.h"
#include "profiler/cli/console.h"
#include "profiler/cli/orphans.h"
#include "profiler/cli/process_state.h"

namespace bucketprof::cli {
namespace {

namespace fs = std::filesystem;

/// Whether `file` may be written twice, by keep() and by finish(). A pipe or a device may not.
bool can_be_replaced(const std::string& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  return !fs::exists(status) || fs::is_regular_file(status);
}

/// Writes the raw profiles to the files of the finished ones, so that the recording survives if this process dies while
/// it symbolizes them. Errors are ignored: finish() writes to the same files and reports them.
void keep(const std::vector<RawProfile>& raw_profiles, pid_t program, const std::string& output) {
  for (const RawProfile& raw : raw_profiles) {
    const std::string file = result_file(raw, program, output);
    if (can_be_replaced(file)) (void)write_file(file, raw.bytes, Durability::kProcessExit);
  }
}

/// Waits for the keepers of processes that have ended: they write what those could not. Adds what they say.
void wait_for_keepers(const RawProfiles& place, std::vector<std::string>& said) {
  constexpr timespec kBetween{0, 10'000'000};
  constexpr int kPausesUnsaid = 200;
  for (int i = 0;; ++i) {
    std::vector<RawProfiles::Keeper> writing;
    for (RawProfiles::Keeper& keeper : place.keepers()) {
      if (!state_of(keeper.process)) writing.push_back(std::move(keeper));
    }
    const bool is_any = std::any_of(writing.begin(), writing.end(), [](const auto& it) { return it.is_running; });
    if (!is_any) {
      for (const auto& keeper : writing) said.insert(said.end(), keeper.said.begin(), keeper.said.end());
      return;
    }
    if (i == kPausesUnsaid && stderr_is_terminal()) say("writing the profile of a process that was killed");
    ::nanosleep(&kBetween, nullptr);
  }
}

std::string named(const Orphan& process) { return fmt::format("{} ({})", process.pid, process.name); }

/// Waits for followed processes that outlive the program. Returns those that still run.
std::vector<Orphan> wait_for_others(const RecordOptions& options, const std::function<void()>& meanwhile) {
  const std::vector<Orphan> left = orphans();
  if (!left.empty() && options.wait > 0 && stderr_is_terminal()) {
    say(fmt::format("waiting {} s at most for {}{}, which outlives the program; Ctrl-C ends the wait", options.wait,
                    named(left[0]), left.size() > 1 ? fmt::format(" and {} more", left.size() - 1) : ""));
  }
  return wait_for_orphans(options.wait, meanwhile);
}

/// A process that has just been forked notes its start before it does anything else, but may not have had the processor
/// yet. Waits for those that have not noted it, for a second at most, unless they are seen to do something else.
void wait_for_starts(const RawProfiles& place, const std::vector<Orphan>& running) {
  constexpr timespec kBetween{0, 10'000'000};
  constexpr int kMostPauses = 100;
  for (int i = 0; i < kMostPauses; ++i) {
    const std::vector<RawProfiles::Started> started = place.started();
    const bool is_any = std::any_of(running.begin(), running.end(), [&started](const Orphan& orphan) {
      const auto is_it = [&orphan](const RawProfiles::Started& process) { return process.pid == orphan.pid; };
      if (std::any_of(started.begin(), started.end(), is_it)) return false;
      const auto state = state_of(orphan.pid);
      return state && !state->sleeps;
    });
    if (!is_any) return;
    ::nanosleep(&kBetween, nullptr);
  }
}

/// Notes why followed processes have no profile: they still run, or ended without one.
void note_others(RawProfiles& place, const std::vector<Orphan>& running, Recorded& recorded) {
  constexpr std::size_t kMostNotes = 10;
  std::vector<std::string>& notes = recorded.notes;
  std::set<pid_t> profiled{recorded.ended.pid};
  for (const RawProfile& raw : recorded.profiles) {
    if (raw.number == 0) profiled.insert(raw.pid);
  }
  std::vector<Orphan> awaited;
  for (const RawProfiles::Started& process : place.started()) {
    if (profiled.contains(process.pid)) continue;
    const auto runs =
        std::find_if(running.begin(), running.end(), [&](const Orphan& it) { return it.pid == process.pid; });
    if (runs != running.end()) {
      awaited.push_back(*runs);
    } else {
      notes.push_back(fmt::format(
          "no profile of process {} ({}): another program took its place, or it was killed at once with its keeper",
          process.pid, process.program));
    }
  }
  if (notes.size() > kMostNotes) {
    const std::size_t more = notes.size() - kMostNotes;
    notes.resize(kMostNotes);
    notes.push_back(fmt::format("no profile of {} more processes", more));
  }
  if (awaited.empty()) return;
  recorded.is_complete = false;
  const fs::path directory = place.leave_behind();
  for (const Orphan& process : awaited) {
    notes.push_back(fmt::format("{} still runs; its profile will be {}/{}{}", named(process), directory.native(),
                                process.pid, contract::kProfileExtension));
  }
}

}  // namespace

Result<Recorded> record(const RecordOptions& options, const std::vector<std::string>& command,
                        std::vector<std::pair<std::string, std::string>> variables) {
  auto place = RawProfiles::create();
  if (!place.ok()) return Error{place.error()};
  variables.insert(variables.end(), {{contract::kOutputVariable, place->output_pattern()},
                                     {contract::kIntervalVariable, fmt::format("{}", options.interval)},
                                     {contract::kKeeperVariable, place->keeper_pattern()},
                                     {contract::kAtVariable, options.at}});
  if (options.follow_children) {
    variables.emplace_back(contract::kStartedVariable, place->started_pattern());
    adopt_orphans();
  }
  bool begun = false;
  const auto meanwhile = [&](pid_t program) {
    // Should the program or this process die, the last run's profile must not be taken for this one's.
    if (!std::exchange(begun, true) && !options.output.empty()) discard_file(options.output);
    keep(place->new_numbered(), program, options.output);
  };
  const auto ended = run_program(command, variables, meanwhile);
  if (!ended.ok()) return Error{ended.error() + ": name a program that can be run"};
  Recorded recorded;
  recorded.ended = *ended;
  std::vector<Orphan> running;
  if (options.follow_children) running = wait_for_others(options, [&] { meanwhile(ended->pid); });
  wait_for_starts(*place, running);
  wait_for_keepers(*place, recorded.said);
  auto found = place->read();
  if (!found.ok()) return Error{found.error()};
  recorded.profiles = std::move(found).value();
  keep(recorded.profiles, ended->pid, options.output);
  note_others(*place, running, recorded);
  return recorded;
}

}  // namespace bucketprof::cli
