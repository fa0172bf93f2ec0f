// SPDX-License-Identifier: Apache-2.0
//
// Until the process has ended, the keeper runs on the memory of live threads: it makes plain system calls only, and
// touches no thread-local memory, since its own is that of the thread that started it. Afterwards that thread is dead,
// and the keeper is in its place.
#include "profiler/process/keeper.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/futex.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <new>

#include "profiler/base/contract.h"
#include "profiler/base/in_place.h"
#include "profiler/base/sanitizer.h"
#include "profiler/base/system_call.h"
#include "profiler/process/exec.h"
#include "profiler/process/process_path.h"

namespace bucketprof::service {
namespace {

constexpr std::size_t kStack = std::size_t{512} << 10;  // for writing a profile; pages that are not used cost nothing
constexpr std::size_t kStarterStack = std::size_t{32} << 10;
constexpr time_t kMostSecondsToWrite = 300;  // the memory may be in a state in which writing never ends
constexpr int kDescriptor = 3;               // of the process, in the keeper
constexpr std::size_t kSignalBytes = 8;      // of the kernel's signal sets

enum Answer : std::uint32_t { kNone, kReady, kUnable };

/// What the keeper reads; constant while it runs, save its answer.
struct Watch {
  KeeperPlan plan;
  ProcessPath note;
  ProcessPath status;
  pid_t process;
  int descriptor;                           // of the process
  const std::atomic<std::uint32_t>* alive;  // the kernel sets it to 0 when the main thread has left this memory
  std::byte* stack;
  std::atomic<std::uint32_t> answer{kNone};  // of the keeper, to the process that has started it
};
alignas(Watch) std::array<std::byte, sizeof(Watch)> watch_memory;  // without an initialiser, which would run too late
Watch* watch = nullptr;
long keeper = -1;  // its process id, or a negative errno

bool has_ended(int process, int milliseconds) noexcept {
  pollfd wanted{.fd = process, .events = POLLIN, .revents = 0};
  return system_call(SYS_poll, &wanted, 1, milliseconds) == 1 && (wanted.revents & POLLIN) != 0;
}

/// Whether the main thread is ending. False: it runs another program, in other memory.
bool is_exiting(const Watch& it) noexcept {
  constexpr unsigned kExiting = 4;  // PF_EXITING, in the ninth field
  std::array<char, 512> text;
  const long file = system_call(SYS_openat, AT_FDCWD, it.status.c_str(), O_RDONLY | O_CLOEXEC, 0);
  if (file < 0) return true;  // hidden from us: its end will be seen
  const long n = system_call(SYS_read, file, text.data(), text.size());
  system_call(SYS_close, file);
  const std::string_view stat(text.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
  std::size_t at = stat.rfind(')');  // the name before it may have spaces
  for (int field = 2; field < 9 && at != std::string_view::npos; ++field) at = stat.find(' ', at + 1);
  if (at == std::string_view::npos) return true;
  unsigned flags = 0;
  std::from_chars(stat.data() + at + 1, stat.data() + stat.size(), flags);
  return (flags & kExiting) != 0;
}

/// Sleeps until the process has ended, and returns true, or until it has become another program.
bool wait_for_end(const Watch& it) noexcept {
  constexpr timespec kLong{60, 0};  // the kernel does not wake us when it writes a core file
  constexpr int kShort = 1000;      // from the main thread's end to that of the process there may be hours
  while (!has_ended(kDescriptor, 0)) {
    const std::uint32_t thread = it.alive->load(std::memory_order_relaxed);
    if (thread != 0) {
      system_call(SYS_futex, it.alive, FUTEX_WAIT, thread, &kLong, nullptr, 0);
      continue;
    }
    system_call(SYS_futex, it.alive, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);  // threads that join the main thread
    if (!is_exiting(it)) return false;
    (void)has_ended(kDescriptor, kShort);
  }
  return !is_executing();
}

/// Keeps the process's descriptor, and the note in place of stderr. Anything else that the program has opened would
/// stay open with us. False if the limit of descriptors is too low for that.
bool take_descriptors(const Watch& it) noexcept {
  constexpr unsigned kOldKernelsMost = 65536;
  constexpr int kNew = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
  const long process = system_call(SYS_fcntl, it.descriptor, F_DUPFD_CLOEXEC, kDescriptor);
  const long note = it.note.is_empty() ? system_call(SYS_openat, AT_FDCWD, "/dev/null", O_WRONLY | O_CLOEXEC, 0)
                                       : system_call(SYS_openat, AT_FDCWD, it.note.c_str(), kNew, 0644);
  if (process < 0 || note < 0) return false;
  if (note != STDERR_FILENO && system_call(SYS_dup3, note, STDERR_FILENO, O_CLOEXEC) < 0) return false;
  if (process != kDescriptor && system_call(SYS_dup3, process, kDescriptor, O_CLOEXEC) < 0) return false;
  system_call(SYS_close_range, 0, STDERR_FILENO - 1, 0);
  if (system_call(SYS_close_range, kDescriptor + 1, ~0U, 0) == 0) return true;
  for (unsigned fd = kDescriptor + 1; fd < kOldKernelsMost; ++fd) system_call(SYS_close, fd);
  for (int fd = 0; fd < STDERR_FILENO; ++fd) system_call(SYS_close, fd);
  return true;
}

/// The note's first line.
void write_own_id() noexcept {
  std::array<char, 16> text;
  char* end = std::to_chars(text.data(), text.data() + text.size() - 1, system_call(SYS_getpid)).ptr;
  *end++ = '\n';
  system_call(SYS_write, STDERR_FILENO, text.data(), end - text.data());
}

void limit_time() noexcept {
  struct KernelAction {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)();
    std::uint64_t mask;
  };
  const KernelAction usual{.handler = SIG_DFL, .flags = 0, .restorer = nullptr, .mask = 0};
  const std::uint64_t alarm = std::uint64_t{1} << (SIGALRM - 1);
  const itimerval end{.it_interval = {}, .it_value = {.tv_sec = kMostSecondsToWrite, .tv_usec = 0}};
  system_call(SYS_rt_sigaction, SIGALRM, &usual, nullptr, kSignalBytes);
  system_call(SYS_rt_sigprocmask, SIG_UNBLOCK, &alarm, nullptr, kSignalBytes);
  system_call(SYS_setitimer, ITIMER_REAL, &end, nullptr);
}

int keep(void*) noexcept {
  const Watch& it = *watch;
  system_call(SYS_setsid);
  system_call(SYS_prctl, PR_SET_NAME, contract::kKeeperName, 0, 0, 0);
  const bool able = take_descriptors(it);
  if (able && !it.note.is_empty()) write_own_id();
  system_call(SYS_chdir, "/");  // the program's may be on a file system that somebody wants to unmount
  watch->answer.store(able ? kReady : kUnable, std::memory_order_release);
  system_call(SYS_futex, &watch->answer, FUTEX_WAKE, 1, nullptr, nullptr, 0);
  if (!able) system_call(SYS_exit_group, 0);
  struct stat before {};
  struct stat after {};
  system_call(SYS_fstat, STDERR_FILENO, &before);
  if (wait_for_end(it) && it.plan.is_needed()) {
    limit_time();
    it.plan.write();
  }
  system_call(SYS_fstat, STDERR_FILENO, &after);
  if (!it.note.is_empty() && after.st_size == before.st_size && after.st_ino == before.st_ino)
    system_call(SYS_unlinkat, AT_FDCWD, it.note.c_str(), 0);
  system_call(SYS_exit_group, 0);
  return 0;
}

/// Runs in a process of its own, which ends at once, so that the keeper is nobody's child here. The caller waits.
int start(void*) noexcept {
  constexpr int kShared = CLONE_VM | CLONE_UNTRACED;
  keeper = ::clone(&keep, watch->stack + kStack, kShared, nullptr);
  constexpr timespec kPause{0, 10'000'000};
  for (int i = 0; keeper > 0 && i < 1000 && watch->answer.load(std::memory_order_acquire) == kNone; ++i)
    system_call(SYS_futex, &watch->answer, FUTEX_WAIT, kNone, &kPause, nullptr, 0);
  if (watch->answer.load(std::memory_order_acquire) == kUnable) keeper = -1;
  system_call(SYS_exit_group, 0);
  return 0;
}

}  // namespace

bool start_keeper(std::string_view pattern, const KeeperPlan& plan) noexcept {
#ifdef BUCKETPROF_SANITIZED  // its runtime must know all that runs
  return false;
#endif
  if (pattern.size() >= ProcessPath::kMost) return false;
  const int saved = errno;
  const auto process = static_cast<pid_t>(system_call(SYS_getpid));
  const long descriptor = system_call(SYS_pidfd_open, process, 0);
  const std::atomic<std::uint32_t>* alive = nullptr;
  system_call(SYS_prctl, PR_GET_TID_ADDRESS, &alive, 0, 0, 0);
  void* const stacks = ::mmap(nullptr, kStack + kStarterStack, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  keeper = -1;
  if (alive != nullptr && descriptor >= 0 && stacks != MAP_FAILED) {
    watch_exec(process);
    watch = new (watch_memory.data()) Watch{.plan = plan,
                                            .note = {pattern, process},
                                            .status = {"/proc/%p/stat", process},
                                            .process = process,
                                            .descriptor = static_cast<int>(descriptor),
                                            .alive = alive,
                                            .stack = static_cast<std::byte*>(stacks)};
    const std::uint64_t all = ~std::uint64_t{0};
    std::uint64_t before = 0;  // the keeper inherits the mask
    system_call(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, kSignalBytes);
    const int starter =
        ::clone(&start, watch->stack + kStack + kStarterStack, CLONE_VM | CLONE_VFORK | CLONE_UNTRACED, nullptr);
    while (starter > 0 && system_call(SYS_wait4, starter, nullptr, __WALL, nullptr) == -EINTR) {
    }
    system_call(SYS_rt_sigprocmask, SIG_SETMASK, &before, nullptr, kSignalBytes);
  }
  if (descriptor >= 0) system_call(SYS_close, descriptor);
  if (keeper < 0 && stacks != MAP_FAILED) ::munmap(stacks, kStack + kStarterStack);
  errno = saved;
  return keeper > 0;
}

namespace {

/// Returns when the keeper no longer shares this memory. False: there is none.
bool stop_keeper() noexcept {
  if (keeper <= 0 || watch->process != system_call(SYS_getpid)) return false;
  const long descriptor = system_call(SYS_pidfd_open, keeper, 0);
  if (descriptor < 0) return false;
  system_call(SYS_pidfd_send_signal, descriptor, SIGKILL, nullptr, 0);
  while (!has_ended(static_cast<int>(descriptor), -1)) {
  }
  system_call(SYS_close, descriptor);
  keeper = -1;
  return true;
}

}  // namespace

int unshare_without_keeper(int flags) noexcept {
  const bool stopped = stop_keeper();
  const auto result = static_cast<int>(::syscall(SYS_unshare, flags));
  if (!stopped) return result;
  const ProcessPath note = watch->note;
  start_keeper(note.c_str(), KeeperPlan(watch->plan));
  return result;
}

}  // namespace bucketprof::service

extern "C" BUCKETPROF_IN_PLACE int unshare(int flags) noexcept {
  if ((flags & CLONE_NEWUSER) != 0) return bucketprof::service::unshare_without_keeper(flags);
  return static_cast<int>(::syscall(SYS_unshare, flags));
}
