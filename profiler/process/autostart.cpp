// SPDX-License-Identifier: Apache-2.0
//
// Acts on the environment variables (environment.h) in programs that link the library: starts recording before the
// program's own initialisers, and writes a profile after its own destructors.
#include <dlfcn.h>

#include <cstdlib>
#include <exception>
#include <string>
#include <utility>

#include "profiler/alloc/linked.h"
#include "profiler/base/contract.h"
#include "profiler/base/sanitizer.h"
#include "profiler/base/version.h"
#include "profiler/environment.h"
#include "profiler/process/copies.h"
#include "profiler/process/sandboxed.h"
#include "profiler/process/service.h"
#include "profiler/publish/profile_file.h"
#include "profiler/record/recorder.h"

// The allocators' headers refer to this (alloc/linked.h), which pulls this file in.
extern "C" {
BUCKETPROF_ONE_IN_EACH_COPY const char bucketprof_autostart = 1;
}

// By this note (base/elf_note.h) the tool and the agent find the program's own recorder; the agent then does nothing. A
// recorder that is loaded later finds that the agent records. And by it the copies of this library in one process find
// each other (copies.h): its words are kCopyLayout, and the distance to the Copy. A section attribute would not give it
// the type of a note.
__asm__(
    ".pushsection .note.bucketprof, \"a\", @note\n"
    ".balign 4\n"
    ".long 11, 8, 1\n"
    ".asciz \"bucketprof\"\n"
    ".balign 4\n"
    ".long 2\n"
    ".long bucketprof_copy - .\n"
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

bool asks_for_a_profile() noexcept {
  const char* const output = secure_getenv(contract::kOutputVariable);
  return output != nullptr && *output != '\0';
}

/// In the lead, and called by each copy.
bool begin_from_environment() noexcept {
  record::recorder().prepare();
  service::watch_sandboxes(&service::before_sandbox);
  try {
    std::string complaints;
    Environment environment =
        read_environment([](const char* name) -> const char* { return secure_getenv(name); }, complaints);
    if (environment.output.empty() || agent_records()) return false;
    if (!complaints.empty()) service::say(complaints);
    service::begin({.environment = std::move(environment), .write = &write_linked});
    return true;
  } catch (const std::exception&) {
    service::say("bucketprof: not started: out of memory\n");
    return false;
  }
}

// Only hidden functions: another copy's function of the same name would come back to us.
constexpr service::Api kApi{.begin = &begin_from_environment,
                            .end = &service::end,
                            .end_early = &service::end_early,
                            .start = &service::start_recording,
                            .stop = []() noexcept { record::recorder().stop(); },
                            .snapshot = [](At at) { return snapshot_with(at); },
                            .write_profile = [](const std::filesystem::path& path,
                                                At at) noexcept { return write_snapshot({.path = path}, at); },
                            .exec_state = &service::exec_state,
                            .before_sandbox = &service::before_sandbox,
                            .before_other_user = &service::before_other_user};

}  // namespace
}  // namespace bucketprof

// Its name is known to the note, so it must be kept, and outside any namespace.
extern "C" {
[[gnu::visibility("hidden")]] extern const bucketprof::service::Copy bucketprof_copy;
[[gnu::used]] const bucketprof::service::Copy bucketprof_copy{.version = bucketprof::kVersion.data(),
                                                              .types = bucketprof::service::kExchangedTypes,
                                                              .record = &bucketprof::record::kOwnLead,
                                                              .api = &bucketprof::kApi};
}

namespace bucketprof {
namespace {

[[gnu::constructor(101)]] void start_from_environment() {
  try {
    const std::string apart = service::join(bucketprof_copy);
    if (!apart.empty()) {
      record::recorder().prepare();
      if (asks_for_a_profile()) service::say("bucketprof: " + apart + "\n");
      return;
    }
  } catch (const std::exception&) {
    return service::say("bucketprof: not started: out of memory\n");
  }
  const service::Api* const lead = service::lead_api();
  has_begun = (lead != nullptr ? lead : &kApi)->begin();
  if (has_begun && lead == nullptr) record::keep_loaded(&bucketprof_copy);
}

[[gnu::destructor(101)]] void write_at_exit() {
  const service::Api* const lead = service::lead_api();
  service::leave();
  if (has_begun) (lead != nullptr ? lead : &kApi)->end();
}

}  // namespace
}  // namespace bucketprof
