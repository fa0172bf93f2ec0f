// SPDX-License-Identifier: Apache-2.0
//
// bucketprof check FILE... --policy P [--baseline BASE...]: passes or fails a build in CI.
#include "profiler/compare/check.h"

#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "profiler/base/file.h"
#include "profiler/cli/console.h"
#include "profiler/cli/load_costs.h"
#include "profiler/cli/verbs.h"
#include "profiler/compare/baseline.h"
#include "profiler/compare/comparable.h"
#include "profiler/report/check/annotations.h"
#include "profiler/report/check/json.h"
#include "profiler/report/check/junit.h"
#include "profiler/report/check/markdown.h"
#include "profiler/report/check/text.h"
#include "profiler/report/diff/text.h"

namespace bucketprof::cli {
namespace {

constexpr int kCheckFailed = 1;

struct CheckArguments {
  std::vector<std::string> files;
  std::string policy;
  std::vector<std::string> baselines;
  bool update = false;
  std::string format = "text";
  std::string junit;
  std::string markdown;
  std::string json;
  bool annotations = false;
  bool verbose = false;
  std::string source_root;
};

std::string today() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm day{};
  ::gmtime_r(&now, &day);
  return fmt::format("{:04}-{:02}-{:02}", day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
}

Result<compare::Policy> load_policy(const std::string& file) {
  const auto text = read_file(file);
  if (!text.ok()) return Error{text.error() + ": give the path of a policy, a TOML file"};
  auto policy = compare::parse_policy(*text, today());
  if (!policy.ok()) return Error{fmt::format("bad policy: {}: {}", file, policy.error())};
  return policy;
}

/// The baseline in `file`, which is about to be overwritten; nullopt if there is none. An error if the file must not be
/// overwritten: it is not a baseline, or one that `fresh` cannot be compared with.
Result<std::optional<compare::Costs>> baseline_to_replace(const std::string& file, const compare::Costs& fresh) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return std::optional<compare::Costs>();
  const auto bytes = read_file(file);
  if (!bytes.ok()) return Error{bytes.error()};
  if (!compare::looks_like_baseline(*bytes) || bytes->find("\"bucketprof_baseline\"") == std::string::npos)
    return Error{fmt::format("cannot overwrite: {}: it is not a baseline: give another path", file)};
  auto old = compare::read_baseline(*bytes);
  if (!old.ok()) return std::optional<compare::Costs>();  // another version, or damaged: overwritten without a diff
  if (const Status same = compare::comparable(*old, fresh); !same.ok())
    return Error{fmt::format("cannot overwrite: {}: {}: remove it to begin anew", file, same.error())};
  return std::optional(std::move(old).value());
}

int update_baseline(const CheckArguments& arguments) {
  if (arguments.baselines.size() != 1)
    return fail("wrong usage: --update-baseline: give one --baseline, the file to write");
  const std::string& file = arguments.baselines.front();
  const auto fresh = load_costs(arguments.files, true, Builds::kPresent);
  if (!fresh.ok()) return fail(fresh.error());
  const auto old = baseline_to_replace(file, *fresh);
  if (!old.ok()) return fail(old.error());
  if (const Status written = write_file(file, compare::write_baseline(*fresh)); !written.ok())
    return fail(written.error());
  say(fmt::format("wrote {}: {} tables, {} sites", file, fresh->tables.size(), fresh->sites.size()));
  if (!*old) return kExitOk;
  report::DiffOptions options;
  options.base = "the former " + file;
  options.file = arguments.files.front();
  options.interval = fresh->interval;
  options.colour = stdout_is_terminal();
  const auto shown = write_output("", report::diff_text(compare::diff(**old, *fresh), options));
  return shown.ok() ? kExitOk : fail(shown.error());
}

int write_results(const CheckArguments& arguments, const compare::CheckResult& result) {
  report::CheckOptions options;
  options.policy = arguments.policy;
  options.file = fmt::format("{}", fmt::join(arguments.files, ", "));
  options.baseline = fmt::format("{}", fmt::join(arguments.baselines, ", "));
  options.source_root = arguments.source_root;
  options.verbose = arguments.verbose;
  const std::pair<const std::string*, std::string (*)(const compare::CheckResult&, const report::CheckOptions&)>
      files[] = {{&arguments.junit, report::check_junit},
                 {&arguments.markdown, report::check_markdown},
                 {&arguments.json, report::check_json}};
  for (const auto& [path, write] : files) {
    if (path->empty()) continue;
    if (const Status written = write_file(*path, write(result, options)); !written.ok()) return fail(written.error());
  }
  std::string page = arguments.annotations ? report::check_annotations(result, options) : "";
  options.colour = arguments.format == "text" && stdout_is_terminal();
  page += arguments.format == "json"       ? report::check_json(result, options)
          : arguments.format == "markdown" ? report::check_markdown(result, options)
          : arguments.format == "junit"    ? report::check_junit(result, options)
                                           : report::check_text(result, options);
  const auto shown = write_output("", page);
  if (!shown.ok()) return fail(shown.error());
  return result.ok() ? kExitOk : kCheckFailed;
}

int check_files(const CheckArguments& arguments) {
  if (arguments.annotations && arguments.format != "text")
    return fail(fmt::format("wrong usage: --annotations: they are printed with text, not with {}: leave out --format",
                            arguments.format));
  const auto policy = load_policy(arguments.policy);
  if (!policy.ok()) return fail(policy.error());
  if (arguments.update) return update_baseline(arguments);
  if (policy->wants_baseline() && arguments.baselines.empty())
    return fail(
        fmt::format("wrong usage: {} limits growth: give --baseline BASE, a profile or a baseline to compare with",
                    arguments.policy));
  const bool with_findings = policy->wants_findings();
  std::optional<compare::Costs> before;
  if (!arguments.baselines.empty()) {
    auto loaded = load_costs(arguments.baselines, with_findings);
    if (!loaded.ok()) return fail(loaded.error());
    before = std::move(loaded).value();
  }
  const auto after = load_costs(arguments.files, with_findings, Builds::kPresent);
  if (!after.ok()) return fail(after.error());
  if (const int line = policy->line_of_slack(); line != 0 && !after->tells_any_slack()) {
    return fail(
        fmt::format("cannot check: {}: its slack is not known, which line {} of {} limits: its tables were "
                    "recognized by names of functions: limit space, or link the program with bucketprof",
                    arguments.files.front(), line, arguments.policy));
  }
  const auto result = compare::check(*policy, before ? &*before : nullptr, *after);
  if (!result.ok()) {
    const std::string files = before ? fmt::format("compare: {} and ", arguments.baselines.front()) : "check: ";
    return fail(fmt::format("cannot {}{}: {}", files, arguments.files.front(), result.error()));
  }
  return write_results(arguments, *result);
}

}  // namespace

Verb add_check(CLI::App& tool) {
  auto arguments = std::make_shared<CheckArguments>();
  CLI::App* command = tool.add_subcommand(
      "check", "Check profiles against a policy; exit code 1 if a limit is broken. docs/ci.md explains it");
  command->add_option("FILE", arguments->files, "Profiles; several are several runs of the same program")->required();
  command->add_option("--policy", arguments->policy, "The limits: a TOML file")->required()->type_name("FILE");
  command
      ->add_option("--baseline", arguments->baselines,
                   "A baseline or a profile to compare with; several profiles: one option each")
      ->type_name("FILE")
      ->allow_extra_args(false);
  command->add_flag("--update-baseline", arguments->update, "Write the baseline from FILE instead of checking");
  command->add_option("--format", arguments->format, "What to print: text, markdown, json or junit")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "markdown", "json", "junit"}));
  command->add_option("--junit", arguments->junit, "Also write JUnit XML here")->type_name("FILE");
  command->add_option("--markdown", arguments->markdown, "Also write markdown here")->type_name("FILE");
  command->add_option("--json", arguments->json, "Also write JSON here")->type_name("FILE");
  command->add_flag("--annotations", arguments->annotations, "Also print GitHub workflow annotations");
  command->add_flag("--verbose", arguments->verbose, "Also list the limits that hold");
  std::error_code ignored;
  arguments->source_root = std::filesystem::current_path(ignored).string();
  command
      ->add_option("--source-root", arguments->source_root,
                   "Removed from the start of source files' names; the current directory if not given")
      ->type_name("DIR");
  return {command, [arguments] { return check_files(*arguments); }};
}

}  // namespace bucketprof::cli
