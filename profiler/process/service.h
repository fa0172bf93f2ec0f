// SPDX-License-Identifier: Apache-2.0
//
// Does what a process's environment variables request (environment.h): records, writes a profile at exit, and writes
// numbered profiles from a helper thread, on the chosen signal and at a fixed interval. The signal handler only posts a
// semaphore. There is one per process, used by the linked library (autostart.cpp) or the agent. It never throws.
#pragma once

#include <span>
#include <string>

#include "profiler/base/file.h"
#include "profiler/base/sandbox.h"
#include "profiler/environment.h"

namespace bucketprof::service {

struct Plan {
  Environment environment;
  /// Writes a profile. Called on the helper thread, and at exit on the exiting thread.
  Status (*write)(const FilePlace& place, At at) noexcept;
  /// Called first on the helper thread, if not null.
  void (*helper_begins)() noexcept = nullptr;
  /// Whether forked children write profiles of their own.
  bool follows_forks = true;
  /// Called first in the keeper, when the process has been killed, if not null: it must make malloc usable.
  void (*left_alone)() noexcept = nullptr;
  /// Called first on the thread that writes the last profile, if not null.
  void (*last_begins)() noexcept = nullptr;
  /// Functions of an allocator that malloc calls; must live as long as the process.
  std::span<const void* const> allocator = {};
};

/// Removes the old file of the last profile, starts recording and, if one is needed, the helper thread. Every library
/// that is linked with ours calls it, and all these calls may reach the same copy: the first one starts, the others are
/// only counted.
void begin(Plan plan) noexcept;
/// Must be called once for each begin(). The last call writes the last profile and reports losses on stderr. Does
/// nothing without a begin().
void end() noexcept;

/// Writes the last profile, for an end that runs no destructors (early_exit.h). Also called in a child of vfork, which
/// shares our memory and must not change it.
void end_early() noexcept;

/// For watch_privileges(): another user may not be allowed to write, so a keeper must.
void before_other_user() noexcept;
/// For watch_sandboxes(): a keeper writes, which is not restricted, and the recorder makes no system calls any more. A
/// linked program whose recording is off needs it, too, for its fork handlers.
void before_sandbox(sandbox::Mode mode) noexcept;

/// What start() of profiler.h does in the copy that leads (copies.h).
void start_recording(const Options& options) noexcept;

/// The last profile is not wanted any more, whatever ends the process.
void abandon() noexcept;

/// Writes text to stderr; ignores errors and preserves errno.
void say(const std::string& text) noexcept;

}  // namespace bucketprof::service
