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
#include "profiler/cli/preload.h"
#include "profiler/cli/program.h"
#include "profiler/cli/raw_profiles.h"
#include "profiler/cli/recorded.h"
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
  std::string look_from = "1KiB";
  RecordOptions options;
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
  if (program.is_linked) return "no profile: unless a line above says why, another program took its place";
  if (!program.is_dynamic) {
    return "no profile: the program is statically linked, and not with bucketprof: link it dynamically";
  }
  if (program.has_malloc) {
    return fmt::format("no profile: {} has a malloc of its own, which the agent cannot see: build it without",
                       program.file);
  }
  return "no profile: unless a line above says why, the program has an allocator of its own, or went on as another "
         "process or program, which --follow-children would have followed";
}

/// The environment variables to add when the program is started. An error if it cannot be profiled.
Result<std::vector<std::pair<std::string, std::string>>> variables_for(const Program& program,
                                                                       const RunArguments& arguments) {
  if (const std::string reason = why_impossible(program); !reason.empty()) return Error{reason};
  const bool alone = program.is_linked || !program.is_dynamic;  // children may still need the agent
  if (alone && !arguments.options.follow_children) return std::vector<std::pair<std::string, std::string>>{};
  return preload(arguments.options.follow_children,
                 arguments.allocator == contract::kBehindTcmalloc ? Behind::kTcmalloc : Behind::kOwnAllocator);
}

int run(const RunArguments& arguments) {
  if (arguments.command.empty()) return fail("wrong usage: no program: bucketprof run -- PROGRAM ARGS...");
  if (arguments.command[0].starts_with('-')) {
    return fail(fmt::format("wrong usage: unknown option {}: see bucketprof run --help", arguments.command[0]));
  }
  const auto interval = parse_byte_size(arguments.interval);
  if (!interval.ok()) return fail("wrong usage: --interval: " + interval.error());
  if (const auto usable = check_output(arguments.options.output); !usable.ok()) return fail(usable.error());

  const auto look_from = arguments.look_from == "0" ? Result<std::int64_t>(0) : parse_byte_size(arguments.look_from);
  if (!look_from.ok()) return fail("wrong usage: --look-from: " + look_from.error());

  const auto program = look_at(arguments.command);
  if (!program.ok()) return fail(program.error() + ": name a program that can be run");
  auto variables = variables_for(*program, arguments);
  if (!variables.ok()) return fail(variables.error());
  if (!variables->empty()) variables->emplace_back(contract::kLookVariable, fmt::format("{}", *look_from));
  RecordOptions options = arguments.options;
  options.interval = *interval;
  const auto recorded = record(options, program->command, *variables);
  if (!recorded.ok()) return fail(recorded.error());

  const Ended& ended = recorded->ended;
  bool well = true;
  bool own = false;
  bool is_last = false;
  std::size_t children = 0;
  for (const std::string& line : recorded->said) say(line);
  for (const RawProfile& raw : recorded->profiles) {
    const auto message = finish(raw, result_file(raw, ended.pid, arguments.options.output));
    say(message.ok() ? *message : message.error());
    well = well && message.ok();
    own = own || raw.pid == ended.pid;
    is_last = is_last || (raw.pid == ended.pid && raw.number == 0);
    children += raw.pid == ended.pid ? 0 : 1;
  }
  if (!own && children == 0 && recorded->is_complete) say(why_no_profile(ended, *program));
  if (is_last && ended.signal != 0)
    say(fmt::format("killed by signal {}: its profile has what was allocated until then", ended.signal));
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
      ->add_option(
          "--look-from", arguments->look_from,
          "Of a program that is not linked with the library: the smallest blocks whose bytes are looked at, to "
          "see how full hash tables are; 1KiB if not given, 0 for none")
      ->type_name("BYTES");
  command
      ->add_option("--at", arguments->options.at,
                   "The moment of in-use values: peak (default), when tables took most memory, or exit")
      ->type_name("MOMENT")
      ->check(CLI::IsMember({"peak", "exit"}));
  command
      ->add_option("-o,--output", arguments->options.output,
                   "The profile to write; bucketprof.<pid>.pb.gz if not given")
      ->type_name("FILE");
  command->add_flag("--follow-children", arguments->options.follow_children,
                    "Profile the programs that the program starts, too, each into a file of its own");
  command
      ->add_option("--allocator", arguments->allocator,
                   "What gives a program that is not linked with the library its memory: own (default), or gperftools' "
                   "tcmalloc")
      ->type_name("ALLOCATOR")
      ->check(CLI::IsMember({"own", contract::kBehindTcmalloc}));
  command
      ->add_option("--wait", arguments->options.wait,
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
