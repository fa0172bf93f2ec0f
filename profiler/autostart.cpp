// SPDX-License-Identifier: Apache-2.0
//
// Acts on the environment (environment.h) in programs that link the library: starts recording before the program's own
// initialisers, writes a profile after its own destructors. Linked into every program by name: bucketprof_autostart.
#include <dlfcn.h>

#include <cstdlib>
#include <exception>
#include <string>
#include <utility>

#include "profiler/environment.h"
#include "profiler/record/recorder.h"
#include "profiler/service.h"

// An undefined reference to this in the link line of users brings this file into the program.
extern "C" {
extern const char bucketprof_autostart;
const char bucketprof_autostart = 1;
/// Exported, so that the tool and the agent find the program's own recorder: the agent then steps back. The number goes
/// up when a recorder and an agent can no longer find each other. When it is not exported the agent is there first.
extern const char bucketprof_recorder_v1;
const char bucketprof_recorder_v1 = 1;
}

namespace bucketprof {
namespace {

bool has_begun = false;

/// Two recorders would write to one file. An agent that did not see us (a library that was loaded late, a program that
/// exports nothing) has the process already.
bool agent_records() noexcept {
  const auto* recording = static_cast<const bool*>(dlsym(RTLD_DEFAULT, "bucketprof_agent_v1"));
  return recording != nullptr && *recording;
}

[[gnu::constructor(101)]] void start_from_environment() {
  record::recorder().prepare();
  try {
    std::string complaints;
    Environment environment =
        read_environment([](const char* name) -> const char* { return secure_getenv(name); }, complaints);
    if (environment.output.empty() || agent_records()) return;
    if (!complaints.empty()) service::say(complaints);
    service::begin({.environment = std::move(environment)});
    has_begun = true;
  } catch (const std::exception&) {
    service::say("bucketprof: not started: out of memory\n");
  }
}

[[gnu::destructor(101)]] void write_at_exit() {
  if (has_begun) service::end();
}

}  // namespace
}  // namespace bucketprof
