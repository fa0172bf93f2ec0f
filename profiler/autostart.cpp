// SPDX-License-Identifier: Apache-2.0
//
// Acts on the environment (environment.h): starts recording before the program's own initialisers, writes a profile
// after its own destructors, and one from a helper thread whenever the chosen signal comes. The handler only posts a
// semaphore. Linked into every program by name: bucketprof_autostart.
#include <fmt/format.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <string>
#include <utility>

#include "profiler/blocked_signals.h"
#include "profiler/environment.h"
#include "profiler/record/recorder.h"

// An undefined reference to this in the link line of users brings this file into the program.
extern "C" {
extern const char bucketprof_autostart;
const char bucketprof_autostart = 1;
}

namespace bucketprof {
namespace {

struct State {
  Environment environment;
  pid_t pid = 0;
};
State* state = nullptr;  // never destroyed: the profile is written after all destructors
sem_t asked;

void say(const std::string& text) noexcept {
  const BlockedSignals blocked;
  const int saved = errno;
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = write(STDERR_FILENO, text.data() + done, text.size() - done);
    if (n <= 0) break;
    done += static_cast<std::size_t>(n);
  }
  errno = saved;
}

void write_now(int number) noexcept {
  static std::atomic<bool> failed_before{false};
  // The exit waits for a profile that the helper is writing. A forked child has no helper; its mutex may be held for
  // ever.
  static std::mutex one_at_a_time;
  const pid_t pid = getpid();
  const bool forked = pid != state->pid;
  std::unique_lock<std::mutex> guard(one_at_a_time, std::defer_lock);
  try {
    if (!forked) guard.lock();
    if (number == 0) guard.release();  // never unlocked: a profile begun after this would be cut off half-written
    const std::string path = output_path(state->environment.output, pid, forked, number);
    const Status written = write_profile(path, state->environment.at);
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

void* serve_signals(void*) {
  for (int number = 1;;) {
    if (sem_wait(&asked) == 0) write_now(number++);
  }
}

void listen_to(int number) noexcept {
  sem_init(&asked, 0, 0);
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // the helper thread takes none of the host's signals
  pthread_t helper;
  const int failure = pthread_create(&helper, nullptr, &serve_signals, nullptr);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (failure != 0) return say("bucketprof: no thread for BUCKETPROF_SIGNAL; it is ignored\n");
  pthread_detach(helper);
  struct sigaction action {};
  action.sa_handler = &on_signal;
  action.sa_flags = SA_RESTART;
  sigaction(number, &action, nullptr);
}

[[gnu::constructor(101)]] void start_from_environment() {
  record::recorder().prepare();
  try {
    std::string complaints;
    Environment environment =
        read_environment([](const char* name) -> const char* { return secure_getenv(name); }, complaints);
    if (!complaints.empty()) say(complaints);
    if (environment.output.empty()) return;
    state = new State{.environment = std::move(environment), .pid = getpid()};
    start(state->environment.options);
    if (state->environment.signal != 0) listen_to(state->environment.signal);
  } catch (const std::exception&) {
    say("bucketprof: not started: out of memory\n");
  }
}

[[gnu::destructor(101)]] void write_at_exit() {
  if (state == nullptr) return;
  if (record::inside().load(std::memory_order_relaxed)) {  // exit() in a signal handler that interrupted the recorder
    return say("bucketprof: profile not written: the program ended inside the recorder\n");
  }
  write_now(0);
  say_losses();
}

}  // namespace
}  // namespace bucketprof
