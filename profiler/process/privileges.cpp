// SPDX-License-Identifier: Apache-2.0
#include "profiler/process/privileges.h"

#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "profiler/base/in_place.h"

namespace bucketprof::service {
namespace {

struct NextSetters {
  int (*setuid)(uid_t);
  int (*seteuid)(uid_t);
  int (*setreuid)(uid_t, uid_t);
  int (*setresuid)(uid_t, uid_t, uid_t);
};
constinit NextSetters next_setters{};
constinit std::atomic<void (*)() noexcept> at_drop{nullptr};

/// Calls the next function of this name, which sets the user in all threads. A child of vfork must not look it up.
template <class... Users>
int change(int (*&function)(Users...), const char* name, Users... users) noexcept {
  if (auto* const drops = at_drop.load(std::memory_order_acquire)) drops();
  if (function == nullptr) find_next(function, name);
  if (function != nullptr) return function(users...);
  errno = ENOSYS;
  return -1;
}

}  // namespace

void watch_privileges(void (*drops)() noexcept) noexcept {
  find_next(next_setters.setuid, "setuid");
  find_next(next_setters.seteuid, "seteuid");
  find_next(next_setters.setreuid, "setreuid");
  find_next(next_setters.setresuid, "setresuid");
  at_drop.store(drops, std::memory_order_release);
}

}  // namespace bucketprof::service

using namespace bucketprof::service;  // NOLINT(google-build-using-namespace): what follows belongs to no namespace

extern "C" {

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the C library's are __uid
BUCKETPROF_IN_PLACE int setuid(uid_t user) noexcept { return change(next_setters.setuid, "setuid", user); }
BUCKETPROF_IN_PLACE int seteuid(uid_t user) noexcept { return change(next_setters.seteuid, "seteuid", user); }
BUCKETPROF_IN_PLACE int setreuid(uid_t real, uid_t user) noexcept {
  return change(next_setters.setreuid, "setreuid", real, user);
}
BUCKETPROF_IN_PLACE int setresuid(uid_t real, uid_t user, uid_t saved) noexcept {
  return change(next_setters.setresuid, "setresuid", real, user, saved);
}
// NOLINTEND(readability-inconsistent-declaration-parameter-name)

}  // extern "C"
