// SPDX-License-Identifier: Apache-2.0
//
// bucketprof report FILE...: findings, tables and sites, as text, markdown, JSON or a page of HTML.
#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <optional>
#include <string>

#include "profiler/analyze/analysis.h"
#include "profiler/analyze/flame.h"
#include "profiler/base/byte_size.h"
#include "profiler/cli/console.h"
#include "profiler/cli/load.h"
#include "profiler/cli/pattern.h"
#include "profiler/cli/verbs.h"
#include "profiler/report/html.h"
#include "profiler/report/json.h"
#include "profiler/report/markdown.h"
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
  std::vector<std::string> thresholds;
  bool all = false;
};

/// Applies a `NAME=NUMBER`, where a number of bytes may have a unit. Returns false if it is not valid.
bool set(findings::Thresholds& thresholds, const std::string& setting) {
  const std::size_t equals = setting.find('=');
  if (equals == std::string::npos) return false;
  const std::string name = setting.substr(0, equals);
  const std::string value = setting.substr(equals + 1);
  if (name.ends_with("bytes") && value != "0") {
    const auto bytes = parse_byte_size(value);
    return bytes.ok() && findings::set_threshold(thresholds, name, static_cast<double>(*bytes));
  }
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  return error == std::errc() && end == value.data() + value.size() &&
         findings::set_threshold(thresholds, name, number);
}

std::string page(const std::string& format, const analyze::Analysis& analysis, const model::Profile& profile,
                 const report::ReportOptions& options) {
  if (format == "html") return report::html(analysis, analyze::flame(profile), options);
  if (format == "json") return report::json(analysis, options);
  if (format == "markdown") return report::markdown(analysis, options);
  return report::text(analysis, options);
}

int report(const ReportArguments& arguments, bool top_given) {
  report::ReportOptions options;
  if (const Status read = read_pattern(arguments.table, options.table); !read.ok()) return fail(read.error());
  if (const Status read = read_pattern(arguments.site, options.site); !read.ok()) return fail(read.error());
  const bool as_text = arguments.format == "text";
  const bool is_complete = arguments.format == "json" || arguments.format == "html";
  options.files = arguments.files;
  options.top = top_given || !is_complete ? arguments.top : 0;
  options.colour = as_text && stdout_is_terminal();
  findings::Thresholds thresholds;
  for (const std::string& setting : arguments.thresholds) {
    if (!set(thresholds, setting)) {
      return fail(fmt::format("wrong usage: --threshold {}: NAME=NUMBER is needed, NAME one of {}", setting,
                              fmt::join(findings::threshold_names(), ", ")));
    }
  }
  std::optional<analyze::NamelessShare> names;
  const auto profile = load(
      arguments.files, arguments.all ? recognize::Unclassified::kOneRow : recognize::Unclassified::kLeaveOut, &names);
  if (!profile.ok()) return fail(profile.error());
  const analyze::Analysis analysis = analyze::analyze(*profile, thresholds, names);
  const auto written = write_output("", page(arguments.format, analysis, *profile, options));
  return written.ok() ? kExitOk : fail(written.error());
}

}  // namespace

Verb add_report(CLI::App& tool) {
  auto arguments = std::make_shared<ReportArguments>();
  CLI::App* command = tool.add_subcommand(
      "report", "Show what wastes memory, the tables and sites of profiles; several files count as one");
  command->add_option("FILE", arguments->files, "Profiles: pprof or legacy heap text, gzip compressed or not")
      ->required();
  command->add_option("--format", arguments->format, "text, markdown, json or html")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "markdown", "json", "html"}));
  CLI::Option* top =
      command
          ->add_option("--top", arguments->top,
                       "At most N findings, tables and sites; 0: all. If not given: 15; all in JSON and HTML")
          ->type_name("N")
          ->check(CLI::NonNegativeNumber);
  command->add_option("--table", arguments->table, "Only tables whose name matches this regular expression")
      ->type_name("RE");
  command->add_option("--site", arguments->site, "Only sites whose function or file matches this regular expression")
      ->type_name("RE");
  command
      ->add_option("--threshold", arguments->thresholds,
                   "The least that makes a finding worth reporting, e.g. min_bytes=1MiB; docs/findings.md lists them")
      ->type_name("NAME=NUMBER");
  command->add_flag("--all", arguments->all,
                    "In profiles of all allocations, show those of no hash table, too, as one row");
  return {command, [arguments, top] { return report(*arguments, top->count() > 0); }};
}

}  // namespace bucketprof::cli
