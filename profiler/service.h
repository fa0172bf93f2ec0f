// SPDX-License-Identifier: Apache-2.0
//
// Does in a running process what its environment asks for (environment.h): records, writes a profile at the end, and
// numbered ones from a helper thread, whenever the chosen signal comes and every so many seconds. The handler only
// posts a semaphore. One in a process: the linked library's (autostart.cpp) or the agent's. It never throws.
#pragma once

#include <filesystem>
#include <string>

#include "profiler/environment.h"

namespace bucketprof::service {

struct Plan {
  Environment environment;
  /// Writes a profile. On the helper thread, or at the end on the thread that ends the process.
  Status (*write)(const std::filesystem::path& path, At at) noexcept = &write_profile;
  /// First on the helper thread.
  void (*helper_begins)() noexcept = nullptr;
};

/// Starts recording and the helper thread, if one is needed. Every library of a process that is linked with ours calls
/// it, and all of them may reach the same one: the first call starts, the others are counted.
void begin(Plan plan) noexcept;
/// Each begin() has its end(); the last one writes the last profile and says what was lost. Nothing without a begin().
void end() noexcept;

/// Puts text on stderr, whatever has become of that; errno stays.
void say(const std::string& text) noexcept;

}  // namespace bucketprof::service
