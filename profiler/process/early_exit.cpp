// SPDX-License-Identifier: Apache-2.0
#include "profiler/process/early_exit.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "profiler/base/in_place.h"

namespace bucketprof::service {
namespace {

using Exit = void (*)(int);

std::atomic<void (*)() noexcept> at_early_exit{nullptr};
Exit next_exit = nullptr;  // what _exit would be without us

void write_early() noexcept {
  if (auto* const write = at_early_exit.load(std::memory_order_acquire)) write();
}

[[noreturn]] void end_now(int status) noexcept {
  write_early();
  if (next_exit != nullptr) next_exit(status);
  for (;;) ::syscall(SYS_exit_group, status);
}

}  // namespace

void forward_early_exits(void (*write)() noexcept) noexcept {
  find_next(next_exit, "_exit");
  at_early_exit.store(write, std::memory_order_release);
}

void watch_early_exits(void (*write)() noexcept) noexcept {
  forward_early_exits(write);
  ::at_quick_exit(&write_early);
}

}  // namespace bucketprof::service

extern "C" {
// NOLINTBEGIN(bugprone-reserved-identifier): the names are the C library's
BUCKETPROF_IN_PLACE void _exit(int status) { bucketprof::service::end_now(status); }
BUCKETPROF_IN_PLACE void _Exit(int status) noexcept { bucketprof::service::end_now(status); }
// NOLINTEND(bugprone-reserved-identifier)
}
