// SPDX-License-Identifier: Apache-2.0
//
// bucketprof report FILE...: tables and sites, as text or JSON. Not for use from several threads.
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "profiler/analyze/analysis.h"
#include "profiler/cli/console.h"
#include "profiler/cli/load.h"
#include "profiler/cli/verbs.h"
#include "profiler/report/json.h"
#include "profiler/report/text.h"

namespace bucketprof::cli {
namespace {

constexpr std::size_t kTopOfText = 15;

struct ReportArguments {
  std::vector<std::string> files;
  std::string format = "text";
  std::string table;
  std::string site;
  std::size_t top = kTopOfText;
};

int report(const ReportArguments& arguments, bool top_given) {
  report::Options options;
  for (auto [expression, pattern] : {std::pair{&arguments.table, &options.table}, {&arguments.site, &options.site}}) {
    if (expression->empty()) continue;
    auto compiled = report::Pattern::compile(*expression);
    if (!compiled.ok()) return fail(fmt::format("wrong usage: {}: POSIX extended syntax is needed", compiled.error()));
    *pattern = *compiled;
  }
  const bool as_text = arguments.format == "text";
  options.files = arguments.files;
  options.top = as_text || top_given ? arguments.top : 0;
  options.colour = as_text && stdout_is_terminal();
  const auto profile = load(arguments.files);
  if (!profile.ok()) return fail(profile.error());
  const analyze::Analysis analysis = analyze::analyze(*profile);
  const auto written = write_output("", as_text ? report::text(analysis, options) : report::json(analysis, options));
  return written.ok() ? kWell : fail(written.error());
}

}  // namespace

Verb add_report(CLI::App& tool) {
  auto arguments = std::make_shared<ReportArguments>();
  CLI::App* command =
      tool.add_subcommand("report", "Show the tables and sites of profiles; several files count as one");
  command->add_option("FILE", arguments->files, "Profiles: pprof or legacy heap text, gzip compressed or not")
      ->required();
  command->add_option("--format", arguments->format, "text or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
  CLI::Option* top = command
                         ->add_option("--top", arguments->top,
                                      "At most so many tables and sites; 0: all. Text: 15, JSON: all if not given")
                         ->type_name("N")
                         ->check(CLI::NonNegativeNumber);
  command->add_option("--table", arguments->table, "Only tables whose name matches this regular expression")
      ->type_name("RE");
  command->add_option("--site", arguments->site, "Only sites whose function or file matches this regular expression")
      ->type_name("RE");
  return {command, [arguments, top] { return report(*arguments, top->count() > 0); }};
}

}  // namespace bucketprof::cli
