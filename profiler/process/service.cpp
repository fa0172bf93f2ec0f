// SPDX-License-Identifier: Apache-2.0
#include "profiler/process/service.h"

#include <fmt/format.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <utility>

#include "profiler/base/blocked_signals.h"
#include "profiler/base/contract.h"
#include "profiler/process/interrupted_malloc.h"
#include "profiler/process/output.h"
#include "profiler/process/started.h"
#include "profiler/publish/profile_file.h"
#include "profiler/record/recorder.h"

namespace bucketprof::service {
namespace {

struct State {
  Plan plan;
  Output output;
  pid_t pid = 0;
};
State* state = nullptr;  // never destroyed: the profile is written after all destructors
std::atomic<int> users{0};
sem_t asked;

void write_now(int number) noexcept {
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
    const FilePlace place = state->output.place(pid, forked, number);
    const Status written = state->plan.write(place, state->plan.environment.at);
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
    if (wait_until_asked(due, every)) write_now(number++);
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
    state = new State{.plan = std::move(plan), .output = std::move(output), .pid = getpid()};
  } catch (const std::exception&) {
    return say("bucketprof: not started: out of memory\n");
  }
  if (const char* const pattern = secure_getenv(contract::kStartedVariable); pattern != nullptr) note_started(pattern);
  find_malloc(state->plan.allocator);
  start(state->plan.environment.options);
  start_helper();
}

void end() noexcept {
  if (users.load(std::memory_order_relaxed) <= 0) return;
  if (users.fetch_sub(1, std::memory_order_relaxed) != 1 || state == nullptr) return;
  if (record::inside()) {  // exit() in a signal handler that interrupted the recorder
    return say("bucketprof: profile not written: the program ended inside the recorder\n");
  }
  if (has_interrupted_malloc()) {
    return say("bucketprof: profile not written: the program ended in a signal handler, inside malloc\n");
  }
  write_now(0);
  say_losses();
}

}  // namespace bucketprof::service
