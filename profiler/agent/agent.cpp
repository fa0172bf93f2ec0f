// SPDX-License-Identifier: Apache-2.0
//
// The agent: a library that `bucketprof run` preloads into programs that are not linked with ours, in front of the
// allocator that gives them their memory (next.h). It acts on the same environment as the linked library
// (environment.h). Preloaded libraries are initialised after all libraries that the program names, just before the
// program's own initialisers. Allocations of those libraries before that are not seen; the profile states their bytes.
//
// It exports (agent.map) the malloc family, a symbol of its own, and dlclose, because what the recorder remembers about
// code must not outlive the code.
#include <dlfcn.h>
#include <fmt/format.h>
#include <link.h>
#include <pthread.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include "profiler/agent/allocator.h"
#include "profiler/agent/blocks.h"
#include "profiler/agent/heap_profile.h"
#include "profiler/agent/last_memory.h"
#include "profiler/agent/looks.h"
#include "profiler/agent/own_memory.h"
#include "profiler/agent/own_reads.h"
#include "profiler/agent/preload_variable.h"
#include "profiler/base/contract.h"
#include "profiler/base/elf_note.h"
#include "profiler/base/sandbox.h"
#include "profiler/environment.h"
#include "profiler/process/service.h"
#include "profiler/record/recorder.h"

/// Whether the agent records. Read by a linked library that is loaded into the process later (autostart.cpp).
extern "C" {
[[gnu::visibility("default")]] bool bucketprof_agent_v1 = false;
}

namespace bucketprof::agent {
namespace {

pid_t own_pid = 0;
bool follows = false;  // forked children also write profiles

/// Whether an object contains our recorder. Called by the loader for each one.
int has_recorder(dl_phdr_info* object, std::size_t, void*) { return our_note(*object) ? 1 : 0; }

void in_forked_child() noexcept {
  if (follows) return;
  record::recorder().stop();
  ignore_from_now_on();
}

void begin_from_environment() {
  const auto get = [](const char* name) -> const char* { return secure_getenv(name); };
  const char* const follow = get(contract::kFollowVariable);
  follows = follow != nullptr && std::string_view(follow) == "1";
  std::string complaints;
  Environment environment = read_environment(get, complaints);
  if (!follows) clean(environ);
  if (environment.output.empty()) return ignore_from_now_on();
  // The program's own recorder takes precedence: it knows the program's tables.
  if (dl_iterate_phdr(&has_recorder, nullptr) != 0) return ignore_from_now_on();
  if (!complaints.empty()) service::say(complaints);
  const Allocator allocator = describe_allocator();
  describe(allocator.name, allocator.used_bytes);
  own_pid = getpid();
  if (environment.look_from != 0) {
    allow_own_reads(get(contract::kReadsVariable));
    look_at_blocks(environment.look_from);
  }
  bucketprof_agent_v1 = true;
  static const auto kFunctions = allocator_functions();
  service::begin({.environment = std::move(environment),
                  .write = &write_heap_profile,
                  .helper_begins = &stay_in_agent,
                  .follows_forks = follows,
                  .left_alone = &use_last_memory,
                  .last_begins = &use_own_memory,
                  .allocator = kFunctions});
  pthread_atfork(nullptr, nullptr, &in_forked_child);
}

/// If the program's malloc is not the agent's, prints that nothing could be recorded and returns true.
bool say_another_malloc() {
  Dl_info used{};
  Dl_info ours{};
  void* const malloc_used = dlsym(RTLD_DEFAULT, "malloc");
  if (malloc_used == nullptr || dladdr(malloc_used, &used) == 0 || dladdr(&own_pid, &ours) == 0) return false;
  if (used.dli_fbase == ours.dli_fbase) return false;
  service::say(fmt::format(
      "bucketprof: nothing was recorded: the program does not call the agent: malloc is that of {}\n", used.dli_fname));
  return true;
}

[[gnu::constructor]] void begin() {
  const AgentScope scope;
  try {
    begin_from_environment();
  } catch (const std::exception&) {
    service::say("bucketprof: not started: out of memory\n");
  }
}

[[gnu::destructor]] void end() {
  if (!bucketprof_agent_v1) return;
  if (!sandbox::entered() && getpid() != own_pid && !follows) return;
  const AgentScope scope;
  try {
    if (!record::recorder().has_seen_any() && say_another_malloc()) return service::abandon();
  } catch (const std::exception&) {
    return service::say("bucketprof: nothing was recorded: out of memory\n");
  }
  service::end();  // writes an empty profile if the program allocated nothing
}

}  // namespace
}  // namespace bucketprof::agent
