// SPDX-License-Identifier: Apache-2.0
//
// Acts on the environment variables (environment.h) in programs that link the library: starts recording before the
// program's own initialisers, and writes a profile after its own destructors.
#include <dlfcn.h>

#include <cstdlib>
#include <exception>
#include <string>
#include <utility>

#include "profiler/base/contract.h"
#include "profiler/environment.h"
#include "profiler/process/service.h"
#include "profiler/publish/profile_file.h"
#include "profiler/record/recorder.h"

// The allocators' headers refer to this (alloc/linked.h), which pulls this file in.
extern "C" {
extern const char bucketprof_autostart;
const char bucketprof_autostart = 1;
}

// By this note (base/elf_note.h) the tool and the agent find the program's own recorder; the agent then does nothing. A
// recorder that is loaded later finds that the agent records. A section attribute would not give it the type of a note.
__asm__(
    ".pushsection .note.bucketprof, \"a\", @note\n"
    ".balign 4\n"
    ".long 11, 4, 1\n"
    ".asciz \"bucketprof\"\n"
    ".balign 4\n"
    ".long 1\n"
    ".popsection\n");

namespace bucketprof {
namespace {

bool has_begun = false;

Status write_linked(const FilePlace& place, At at) noexcept { return write_snapshot(place, at); }

/// Whether an agent records this process already. It does if it could not see us: our library was loaded late, or the
/// program exports no symbols. Two recorders would write to the same file.
bool agent_records() noexcept {
  const auto* recording = static_cast<const bool*>(dlsym(RTLD_DEFAULT, contract::kAgentSymbol));
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
    service::begin({.environment = std::move(environment), .write = &write_linked});
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
