// SPDX-License-Identifier: Apache-2.0
//
// bucketprof run -- PROGRAM ARGS...: profiles a program. If the program is linked with the library, the library records
// its tables; into any other program the agent is preloaded, which records all heap blocks. Both write raw profiles
// (addresses only) into a temporary directory, which are symbolized here after the program has ended.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <utility>

#include "profiler/base/byte_size.h"
#include "profiler/base/contract.h"
#include "profiler/base/file.h"
#include "profiler/base/grouped.h"
#include "profiler/cli/console.h"
#include "profiler/cli/load.h"
#include "profiler/cli/orphans.h"
#include "profiler/cli/preload.h"
#include "profiler/cli/process.h"
#include "profiler/cli/program.h"
#include "profiler/cli/raw_profiles.h"
#include "profiler/cli/verbs.h"
#include "profiler/facts/facts.h"
#include "profiler/facts/sample_facts.h"
#include "profiler/pprof/pprof.h"
#include "profiler/recognize/classify.h"
#include "profiler/report/format/units.h"

namespace bucketprof::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kExitNoProfile = 125;  // as `timeout`, `env` and others say that they themselves failed

struct RunArguments {
  std::string interval = "1";
  std::string at = "peak";
  std::string output;
  bool follow_children = false;
  double wait = 10;  // seconds
  std::string allocator = "own";
  std::vector<std::string> command;
};

// Whether the output can be written: an error is better now than after an hour's run.
Status check_output(const std::string& output) {
  std::error_code error;
  if (fs::is_directory(output, error))
    return Error{fmt::format("cannot write: {}: it is a directory, name a file", output)};
  const fs::path directory = output.empty() ? fs::path(".") : fs::absolute(output).parent_path();
  if (::access(directory.c_str(), W_OK | X_OK) == 0) return ok_status();
  return Error{
      fmt::format("cannot write: {}: {}: choose another place with -o FILE", directory.native(), std::strerror(errno))};
}

std::string counted(std::int64_t n, std::string_view what) {
  return fmt::format("{} {}{}", grouped(n), what, n == 1 ? "" : "s");
}

/// "12 tables, 3 MiB in use at the high-water mark". For an agent's profile: the number and bytes of all heap blocks,
/// and the part of them in tables.
std::string contents(const model::Profile& profile) {
  const facts::Facts facts = facts::read_facts(profile);
  const facts::SampleReader reader(profile);
  std::set<std::pair<model::StringId, model::StringId>> found;  // by name and kind
  facts::SampleValues in_tables;
  facts::SampleValues elsewhere;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    const facts::SampleFacts sample = reader.read(i);
    if (sample.table != 0) found.emplace(sample.table, sample.kind);
    add(sample.table != 0 || !facts.classified ? in_tables : elsewhere, sample.amounts);
  }
  const bool peak = !facts.moments.empty() && facts.moments[0].at == "peak";
  const char* const moment = peak ? "at the high-water mark" : "when it was written";
  const std::string tables = counted(static_cast<std::int64_t>(found.size()), "table");
  const std::string bytes = report::human_bytes(in_tables.values[model::kInuseSpace]);
  if (!facts.classified) return fmt::format("{}, {} in use {}", tables, bytes, moment);
  add(elsewhere, in_tables);
  return fmt::format("{}, {} in use {}, {}", counted(elsewhere.values[model::kAllocObjects], "heap block"),
                     report::human_bytes(elsewhere.values[model::kInuseSpace]), moment,
                     found.empty() ? "no known hash tables" : fmt::format("{} of it in {}", bytes, tables));
}

/// Whether `file` may be written twice, by keep() and by finish(). A pipe or a device may not.
bool can_be_replaced(const std::string& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  return !fs::exists(status) || fs::is_regular_file(status);
}

/// Writes the raw profiles to the files of the finished ones, so that the recording survives if this process dies while
/// it symbolizes them. Errors are ignored: finish() writes to the same files and reports them.
void keep(const std::vector<RawProfile>& raw_profiles, pid_t program, const std::string& output) {
  for (const RawProfile& raw : raw_profiles) {
    const std::string file = result_file(raw, program, output);
    if (can_be_replaced(file)) (void)write_file(file, raw.bytes, Durability::kProcessExit);
  }
}

// Symbolizes one raw profile and writes it to `file`. Returns the message for the user, or an error.
Result<std::string> finish(const RawProfile& raw, const std::string& file) {
  auto decoded = pprof::decode(raw.bytes);
  if (!decoded.ok()) return Error{fmt::format("cannot read the program's raw profile: {}", decoded.error())};
  model::Profile profile = with_names(std::move(decoded).value());
  profile = recognize::classify(std::move(profile), {recognize::Unclassified::kKeep});
  if (const auto written = write_file(file, pprof::encode(profile)); !written.ok()) return Error{written.error()};
  return fmt::format("wrote {} ({}); bucketprof report {}", file, contents(profile), file);
}

std::string why_no_profile(const Ended& ended, const Program& program) {
  if (ended.signal != 0) {
    return fmt::format("no profile: the program was killed by signal {} before it could write one", ended.signal);
  }
  if (program.is_linked)
    return "no profile: unless a line above says why, the program left through _exit, or another one took its place";
  if (!program.is_dynamic) {
    return "no profile: the program is statically linked, and not with bucketprof: link it dynamically";
  }
  if (program.has_malloc) {
    return fmt::format("no profile: {} has a malloc of its own, which the agent cannot see: build it without",
                       program.file);
  }
  return "no profile: unless a line above says why, the program left through _exit, has an allocator of its own, or "
         "went on as another process or program, which --follow-children would have followed";
}

/// The environment variables to add when the program is started. An error if it cannot be profiled.
Result<std::vector<std::pair<std::string, std::string>>> variables_for(const Program& program,
                                                                       const RunArguments& arguments) {
  if (const std::string reason = why_impossible(program); !reason.empty()) return Error{reason};
  const bool alone = program.is_linked || !program.is_dynamic;  // children may still need the agent
  if (alone && !arguments.follow_children) return std::vector<std::pair<std::string, std::string>>{};
  return preload(arguments.follow_children,
                 arguments.allocator == contract::kBehindTcmalloc ? Behind::kTcmalloc : Behind::kOwnAllocator);
}

/// The program that has ended, and what it and its children have left behind.
struct Recorded {
  Ended ended;
  std::vector<RawProfile> profiles;
  std::vector<std::string> notes;  // on processes without a profile
  bool is_complete = true;         // false: processes still run that will write one
};

std::string named(const Orphan& process) { return fmt::format("{} ({})", process.pid, process.name); }

/// Waits for followed processes that outlive the program. Returns those that still run.
std::vector<Orphan> wait_for_others(const RunArguments& arguments, const std::function<void()>& meanwhile) {
  const std::vector<Orphan> left = orphans();
  if (!left.empty() && arguments.wait > 0 && stderr_is_terminal()) {
    say(fmt::format("waiting {} s at most for {}{}, which outlives the program; Ctrl-C ends the wait", arguments.wait,
                    named(left[0]), left.size() > 1 ? fmt::format(" and {} more", left.size() - 1) : ""));
  }
  return wait_for_orphans(arguments.wait, meanwhile);
}

/// Notes why followed processes have no profile: they still run, or ended without one.
void note_others(RawProfiles& place, const std::vector<Orphan>& running, Recorded& recorded) {
  constexpr std::size_t kMostNotes = 10;
  std::vector<std::string>& notes = recorded.notes;
  std::set<pid_t> profiled{recorded.ended.pid};
  for (const RawProfile& raw : recorded.profiles) {
    if (raw.number == 0) profiled.insert(raw.pid);
  }
  std::vector<Orphan> awaited;
  for (const RawProfiles::Started& process : place.started()) {
    if (profiled.contains(process.pid)) continue;
    const auto runs =
        std::find_if(running.begin(), running.end(), [&](const Orphan& it) { return it.pid == process.pid; });
    if (runs != running.end()) {
      awaited.push_back(*runs);
    } else {
      notes.push_back(fmt::format(
          "no profile of process {} ({}): it left through _exit or was killed, or another program took its place",
          process.pid, process.program));
    }
  }
  if (notes.size() > kMostNotes) {
    const std::size_t more = notes.size() - kMostNotes;
    notes.resize(kMostNotes);
    notes.push_back(fmt::format("no profile of {} more processes", more));
  }
  if (awaited.empty()) return;
  recorded.is_complete = false;
  const fs::path directory = place.leave_behind();
  for (const Orphan& process : awaited) {
    notes.push_back(fmt::format("{} still runs; its profile will be {}/{}{}", named(process), directory.native(),
                                process.pid, contract::kProfileExtension));
  }
}

Result<Recorded> record(const RunArguments& arguments, const std::vector<std::string>& command,
                        std::vector<std::pair<std::string, std::string>> variables, std::uint64_t interval) {
  auto place = RawProfiles::create();
  if (!place.ok()) return Error{place.error()};
  variables.insert(variables.end(), {{contract::kOutputVariable, place->output_pattern()},
                                     {contract::kIntervalVariable, fmt::format("{}", interval)},
                                     {contract::kAtVariable, arguments.at}});
  if (arguments.follow_children) {
    variables.emplace_back(contract::kStartedVariable, place->started_pattern());
    adopt_orphans();
  }
  bool begun = false;
  const auto meanwhile = [&](pid_t program) {
    // Should the program or this process die, the last run's profile must not be taken for this one's.
    if (!std::exchange(begun, true) && !arguments.output.empty()) discard_file(arguments.output);
    keep(place->new_numbered(), program, arguments.output);
  };
  const auto ended = run_program(command, variables, meanwhile);
  if (!ended.ok()) return Error{ended.error() + ": name a program that can be run"};
  Recorded recorded;
  recorded.ended = *ended;
  std::vector<Orphan> running;
  if (arguments.follow_children) running = wait_for_others(arguments, [&] { meanwhile(ended->pid); });
  auto found = place->read();
  if (!found.ok()) return Error{found.error()};
  recorded.profiles = std::move(found).value();
  keep(recorded.profiles, ended->pid, arguments.output);
  note_others(*place, running, recorded);
  return recorded;
}

int run(const RunArguments& arguments) {
  if (arguments.command.empty()) return fail("wrong usage: no program: bucketprof run -- PROGRAM ARGS...");
  if (arguments.command[0].starts_with('-')) {
    return fail(fmt::format("wrong usage: unknown option {}: see bucketprof run --help", arguments.command[0]));
  }
  const auto interval = parse_byte_size(arguments.interval);
  if (!interval.ok()) return fail("wrong usage: --interval: " + interval.error());
  if (const auto usable = check_output(arguments.output); !usable.ok()) return fail(usable.error());

  const auto program = look_at(arguments.command);
  if (!program.ok()) return fail(program.error() + ": name a program that can be run");
  const auto variables = variables_for(*program, arguments);
  if (!variables.ok()) return fail(variables.error());
  const auto recorded = record(arguments, program->command, *variables, *interval);
  if (!recorded.ok()) return fail(recorded.error());

  const Ended& ended = recorded->ended;
  bool well = true;
  bool own = false;
  std::size_t children = 0;
  for (const RawProfile& raw : recorded->profiles) {
    const auto message = finish(raw, result_file(raw, ended.pid, arguments.output));
    say(message.ok() ? *message : message.error());
    well = well && message.ok();
    own = own || raw.pid == ended.pid;
    children += raw.pid == ended.pid ? 0 : 1;
  }
  if (!own && children == 0 && recorded->is_complete) say(why_no_profile(ended, *program));
  if (children > 0) {
    say(fmt::format("{} profile{} of child processes{}", children, children == 1 ? "" : "s",
                    own ? "" : "; the program itself wrote none"));
  }
  for (const std::string& note : recorded->notes) say(note);
  if (ended.exit_code != 0) return ended.exit_code;
  if (!well) return kExitUsage;
  return own || children > 0 || !recorded->is_complete ? kExitOk : kExitNoProfile;
}

}  // namespace

Verb add_run(CLI::App& tool, std::vector<std::string> program) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* command = tool.add_subcommand("run",
                                          "Run a program and write its profile: of its tables if it is linked with "
                                          "bucketprof, else of all its heap blocks:\nbucketprof run [OPTIONS] -- "
                                          "PROGRAM ARGS...");
  command->prefix_command();  // lets the user omit the "--" if PROGRAM does not look like an option
  command
      ->add_option("--interval", arguments->interval,
                   "Mean bytes between recorded blocks, such as 512KiB; 1, the default, records every block")
      ->type_name("BYTES");
  command
      ->add_option("--at", arguments->at,
                   "The moment of in-use values: peak (default), when tables took most memory, or exit")
      ->type_name("MOMENT")
      ->check(CLI::IsMember({"peak", "exit"}));
  command->add_option("-o,--output", arguments->output, "The profile to write; bucketprof.<pid>.pb.gz if not given")
      ->type_name("FILE");
  command->add_flag("--follow-children", arguments->follow_children,
                    "Profile the programs that the program starts, too, each into a file of its own");
  command
      ->add_option("--allocator", arguments->allocator,
                   "What gives a program that is not linked with the library its memory: own (default), or gperftools' "
                   "tcmalloc")
      ->type_name("ALLOCATOR")
      ->check(CLI::IsMember({"own", contract::kBehindTcmalloc}));
  command
      ->add_option("--wait", arguments->wait,
                   "With --follow-children: how long to wait for processes that outlive the program; 10 if not given")
      ->type_name("SECONDS")
      ->check(CLI::NonNegativeNumber);
  command->footer(
      "The program's exit status is passed on (128 + signal if it was killed); 125 if it is 0 but there is no "
      "profile.");
  return {command, [arguments, command, program = std::move(program)] {
            arguments->command = command->remaining();
            if (!arguments->command.empty() && !program.empty()) {
              return fail(
                  fmt::format("wrong usage: {}: it stands before the '--' and is no option of run: see "
                              "bucketprof run --help",
                              arguments->command[0]));
            }
            if (!program.empty()) arguments->command = program;
            return run(*arguments);
          }};
}

}  // namespace bucketprof::cli
