// SPDX-License-Identifier: Apache-2.0
//
// bucketprof diff BASE FILE: what changed between two profiles, by table and by site.
#include "profiler/compare/diff.h"

#include <fmt/format.h>

#include <memory>
#include <string>

#include "profiler/cli/console.h"
#include "profiler/cli/load_costs.h"
#include "profiler/cli/pattern.h"
#include "profiler/cli/verbs.h"
#include "profiler/compare/comparable.h"
#include "profiler/report/diff/json.h"
#include "profiler/report/diff/markdown.h"
#include "profiler/report/diff/text.h"

namespace bucketprof::cli {
namespace {

constexpr std::size_t kTopOfDiff = 15;

struct DiffArguments {
  std::string base;
  std::string file;
  std::string format = "text";
  std::string table;
  std::string site;
  std::size_t top = kTopOfDiff;
};

int show_diff(const DiffArguments& arguments, bool top_given) {
  report::DiffOptions options;
  if (const Status read = read_pattern(arguments.table, options.table); !read.ok()) return fail(read.error());
  if (const Status read = read_pattern(arguments.site, options.site); !read.ok()) return fail(read.error());
  const auto before = load_costs({arguments.base}, false);
  if (!before.ok()) return fail(before.error());
  const auto after = load_costs({arguments.file}, false);
  if (!after.ok()) return fail(after.error());
  if (const Status same = compare::comparable(*before, *after); !same.ok())
    return fail(fmt::format("cannot compare: {} and {}: {}", arguments.base, arguments.file, same.error()));
  options.base = arguments.base;
  options.file = arguments.file;
  options.interval = after->interval;
  options.top = top_given || arguments.format != "json" ? arguments.top : 0;
  options.colour = arguments.format == "text" && stdout_is_terminal();
  const compare::Diff diff = compare::diff(*before, *after);
  const std::string page = arguments.format == "json"       ? report::diff_json(diff, options)
                           : arguments.format == "markdown" ? report::diff_markdown(diff, options)
                                                            : report::diff_text(diff, options);
  const auto written = write_output("", page);
  return written.ok() ? kExitOk : fail(written.error());
}

}  // namespace

Verb add_diff(CLI::App& tool) {
  auto arguments = std::make_shared<DiffArguments>();
  CLI::App* command = tool.add_subcommand("diff", "Show what changed from one profile to another, by table and site");
  command->add_option("BASE", arguments->base, "The earlier profile, or a baseline")->required();
  command->add_option("FILE", arguments->file, "The later one")->required();
  command->add_option("--format", arguments->format, "text, markdown or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "markdown", "json"}));
  CLI::Option* top =
      command->add_option("--top", arguments->top, "At most N tables and sites; 0: all. If not given: 15; all in JSON")
          ->type_name("N")
          ->check(CLI::NonNegativeNumber);
  command->add_option("--table", arguments->table, "Only tables whose name matches this regular expression")
      ->type_name("RE");
  command->add_option("--site", arguments->site, "Only sites whose function or file matches this regular expression")
      ->type_name("RE");
  return {command, [arguments, top] { return show_diff(*arguments, top->count() > 0); }};
}

}  // namespace bucketprof::cli
