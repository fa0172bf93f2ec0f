// SPDX-License-Identifier: Apache-2.0
#include "profiler/process/service.h"

#include <fmt/format.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <mutex>
#include <utility>

#include "profiler/base/blocked_signals.h"
#include "profiler/base/contract.h"
#include "profiler/process/early_exit.h"
#include "profiler/process/interrupted_malloc.h"
#include "profiler/process/keeper.h"
#include "profiler/process/output.h"
#include "profiler/process/privileges.h"
#include "profiler/process/sandboxed.h"
#include "profiler/process/started.h"
#include "profiler/publish/profile_file.h"
#include "profiler/record/recorder.h"

namespace bucketprof::service {
namespace {

struct State {
  Plan plan;
  Output output;
  pid_t pid = 0;
  std::string keeper_note;  // empty: there is a keeper only once it is needed
};
State* state = nullptr;  // never destroyed: the profile is written after all destructors
std::atomic<int> users{0};
sem_t asked;
pid_t current_pid = 0;             // of the process that records in this memory: state->pid, or a forked child
pid_t memory_pid = 0;              // of the process that has this memory; a child of vfork has it, too
std::atomic<bool> is_kept{false};  // by a keeper, which writes what this process cannot
std::atomic<bool> is_getting_keeper{false};
std::atomic<bool> is_done{false};     // the last profile is written
std::atomic<pid_t> ending_thread{0};  // writes the last profile; 0: none yet
std::atomic<bool> is_over{false};     // it has done so, or could not

/// Throws if memory runs out.
Status write_to_place(pid_t pid, int number) {
  const FilePlace place = state->output.place(pid, pid != state->pid, number);
  return state->plan.write(place, state->plan.environment.at);
}

void write_now(int number) noexcept {
  if (is_kept && sandbox::entered()) return;
  static std::atomic<bool> failed_before{false};
  // The exiting thread waits for a profile that the helper is writing. A forked child has no helper and must not wait:
  // its copy of the mutex may be locked for ever.
  static std::mutex one_at_a_time;
  static bool last_is_written = false;  // guarded by one_at_a_time
  const pid_t pid = getpid();
  const bool forked = pid != state->pid;
  std::unique_lock<std::mutex> guard(one_at_a_time, std::defer_lock);
  try {
    if (!forked) {
      guard.lock();
      if (last_is_written) return;  // the process ends: a profile begun now would be cut off half-written
      last_is_written = number == 0;
    }
    if (number == 0) keep_memory();  // not before: a profile that the helper was still writing would be kept, too
    const Status written = write_to_place(pid, number);
    if (number == 0) is_done.store(written.ok());
    if (number == 0 && is_kept) return;
    if (!written && !failed_before.exchange(true)) say("bucketprof: profile not written: " + written.error() + "\n");
  } catch (const std::exception&) {
    if (!failed_before.exchange(true)) say("bucketprof: profile not written: out of memory\n");
  }
}

void say_losses() noexcept {
  const record::Losses::Counts losses = record::recorder().losses();
  const std::uint64_t blocks = losses[static_cast<std::size_t>(record::Loss::kBlocks)];
  if (blocks == 0) return;
  try {
    say(fmt::format(
        "bucketprof: memory limit of {} bytes reached: {} blocks ({} bytes) not recorded; "
        "set BUCKETPROF_MEMORY_LIMIT\n",
        record::recorder().arena().limit(), blocks, losses[static_cast<std::size_t>(record::Loss::kBytes)]));
  } catch (const std::exception&) {
    say("bucketprof: memory limit reached; set BUCKETPROF_MEMORY_LIMIT\n");
  }
}

/// Runs in the keeper, on the memory of the process, whose threads are all dead.
void write_for_the_dead() noexcept {
  record::recorder().inherit();
  if (state->plan.left_alone != nullptr) state->plan.left_alone();
  keep_memory();
  try {
    // The process may have become another program, which has been profiled and has ended, too.
    if (std::filesystem::exists(state->output.place(current_pid, current_pid != state->pid, 0).path)) return;
    const Status written = write_to_place(current_pid, 0);
    if (!written) say("bucketprof: profile not written: " + written.error() + "\n");
  } catch (const std::exception&) {
    say("bucketprof: profile not written: out of memory\n");
  }
  say_losses();
}

bool is_keeper_needed() noexcept { return !is_done.load() && record::recorder().has_seen_any(); }

void have_keeper() noexcept {
  constexpr KeeperPlan kPlan{.is_needed = &is_keeper_needed, .write = &write_for_the_dead};
  if (is_getting_keeper.exchange(true)) return;  // another thread does it
  is_kept.store(start_keeper(state->keeper_note, kPlan));
  is_getting_keeper.store(false);
}
/// `run` asks for a keeper by the name of its note.
void have_wanted_keeper() noexcept {
  is_kept.store(false);
  if (!state->keeper_note.empty()) have_keeper();
}

void in_forked_child() noexcept {
  if (sandbox::entered()) {  // where a child can have no keeper, and may not write
    is_kept.store(true);
    is_done.store(true);
    return;
  }
  memory_pid = ::getpid();
  if (!state->plan.follows_forks) return;
  current_pid = memory_pid;
  is_done.store(false);
  is_over.store(false);
  is_getting_keeper.store(false);
  ending_thread.store(0);
  have_wanted_keeper();
}

void on_signal(int) {
  const int saved = errno;
  sem_post(&asked);
  errno = saved;
}

/// Waits for the signal or, if `every` is not 0, until `due`, which then moves on by `every` seconds, skipping profiles
/// that came due while one was written. Returns false if the wait was interrupted.
bool wait_until_asked(timespec& due, std::uint32_t every) noexcept {
  if (every == 0) return sem_wait(&asked) == 0;
  if (sem_clockwait(&asked, CLOCK_MONOTONIC, &due) == 0) return true;
  if (errno != ETIMEDOUT) return false;
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  while (due.tv_sec <= now.tv_sec) due.tv_sec += every;
  return true;
}

void* help(void*) {
  if (state->plan.helper_begins != nullptr) state->plan.helper_begins();
  const std::uint32_t every = state->plan.environment.every;
  timespec due{};
  clock_gettime(CLOCK_MONOTONIC, &due);
  due.tv_sec += every;
  for (int number = 1;;) {
    // Not if the process ends: its last profile would wait for all that were asked for.
    if (wait_until_asked(due, every) && ending_thread.load() == 0) write_now(number++);
  }
}

void start_helper() noexcept {
  const Environment& environment = state->plan.environment;
  if (environment.signal == 0 && environment.every == 0) return;
  sem_init(&asked, 0, 0);
  sigset_t all;
  sigfillset(&all);
  pthread_t helper;
  int failure = 0;
  {
    const BlockedSignals blocked(all);  // the helper thread inherits the mask: it must not receive the host's signals
    failure = pthread_create(&helper, nullptr, &help, nullptr);
  }
  if (failure != 0)
    return say("bucketprof: cannot start a thread; BUCKETPROF_SIGNAL and BUCKETPROF_EVERY are ignored\n");
  pthread_detach(helper);
  if (environment.signal == 0) return;
  struct sigaction action {};
  action.sa_handler = &on_signal;
  action.sa_flags = SA_RESTART;
  sigaction(environment.signal, &action, nullptr);
}

void write_last() noexcept {
  const bool inside = record::inside();  // in a signal handler that interrupted the recorder
  if (inside || has_interrupted_malloc()) {
    if (is_kept) return;
    return say(inside ? "bucketprof: profile not written: the program ended inside the recorder\n"
                      : "bucketprof: profile not written: the program ended in a signal handler, inside malloc\n");
  }
  if (state->plan.last_begins != nullptr) state->plan.last_begins();
  write_now(0);
  say_losses();
}

/// Writes the last profile. If another thread is doing that, returns when it has: our caller ends the process.
void end_once() noexcept {
  if (is_kept && sandbox::entered()) return;
  constexpr timespec kPause{0, 1'000'000};
  const auto thread = static_cast<pid_t>(::syscall(SYS_gettid));
  pid_t ending = 0;
  if (ending_thread.compare_exchange_strong(ending, thread)) {
    write_last();
    is_over.store(true);
  }
  while (ending != 0 && ending != thread && !is_over.load()) ::nanosleep(&kPause, nullptr);
}

}  // namespace

void say(const std::string& text) noexcept {
  const BlockedWriteSignals blocked;
  const int saved = errno;
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = write(STDERR_FILENO, text.data() + done, text.size() - done);
    if (n <= 0) break;
    done += static_cast<std::size_t>(n);
  }
  errno = saved;
}

void begin(Plan plan) noexcept {
  if (users.fetch_add(1, std::memory_order_relaxed) != 0) return;
  try {
    Output output(plan.environment.output);
    const char* const note = secure_getenv(contract::kKeeperVariable);
    state = new State{.plan = std::move(plan),
                      .output = std::move(output),
                      .pid = getpid(),
                      .keeper_note = note != nullptr ? note : ""};
  } catch (const std::exception&) {
    return say("bucketprof: not started: out of memory\n");
  }
  if (const char* const pattern = secure_getenv(contract::kStartedVariable); pattern != nullptr) note_started(pattern);
  find_malloc(state->plan.allocator);
  start_recording(state->plan.environment.options);
  start_helper();
  current_pid = state->pid;
  have_wanted_keeper();
  watch_privileges(&before_other_user);
  watch_early_exits(&end_early);
  watch_sandboxes(&before_sandbox);
  memory_pid = state->pid;
  pthread_atfork(nullptr, nullptr, &in_forked_child);
}

void end_early() noexcept {
  if (is_kept || ::getpid() != current_pid || !record::recorder().has_seen_any()) return;
  const int saved = errno;
  end_once();
  errno = saved;
}

void before_other_user() noexcept {
  if (state != nullptr && !is_kept && !is_done.load() && ::getpid() == current_pid) have_keeper();
}

void before_sandbox(sandbox::Mode mode) noexcept {
  if (!sandbox::entered() && state != nullptr) {
    if (::getpid() != memory_pid) return;  // a child of vfork
    if (!is_kept && memory_pid == current_pid) have_keeper();
    const Environment& environment = state->plan.environment;
    if (is_kept && (environment.signal != 0 || environment.every != 0))
      say("bucketprof: the program enters a sandbox (seccomp): no further numbered profiles are written\n");
  }
  record::recorder().enter_sandbox(mode);
}

void start_recording(const Options& options) noexcept {
  record::recorder().start({.interval = options.interval,
                            .seed = options.seed,
                            .memory_limit = options.memory_limit,
                            .audit_interval = options.audit_interval});
}

void abandon() noexcept { is_done.store(true); }

void end() noexcept {
  if (users.load(std::memory_order_relaxed) <= 0) return;
  if (users.fetch_sub(1, std::memory_order_relaxed) != 1 || state == nullptr) return;
  end_once();
}

}  // namespace bucketprof::service
