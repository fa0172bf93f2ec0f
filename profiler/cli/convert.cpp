// SPDX-License-Identifier: Apache-2.0
//
// bucketprof convert FILE... --to FORMAT: writes a profile in another format; several files are merged.
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "profiler/analyze/analysis.h"
#include "profiler/cli/console.h"
#include "profiler/cli/load.h"
#include "profiler/cli/verbs.h"
#include "profiler/pprof/folded.h"
#include "profiler/pprof/legacy.h"
#include "profiler/pprof/pprof.h"
#include "profiler/report/json.h"

namespace bucketprof::cli {
namespace {

struct ConvertArguments {
  std::vector<std::string> files;
  std::string to;
  std::string output;
  std::string sample_index;
};

// Index of the sample type that folded stacks show: `wanted`; if that is empty, the profile's default, else its last.
Result<std::size_t> sample_index(const model::Profile& profile, const std::string& wanted) {
  std::string names;
  std::optional<std::size_t> chosen;
  for (std::size_t i = 0; i < profile.sample_types.size(); ++i) {
    const model::StringId type = profile.sample_types[i].type;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", profile.str(type));
    if (wanted.empty() ? type == profile.default_sample_type : profile.str(type) == wanted) chosen = i;
  }
  if (!chosen && wanted.empty() && !profile.sample_types.empty()) chosen = profile.sample_types.size() - 1;
  if (chosen) return *chosen;
  return Error{fmt::format("wrong usage: no sample type '{}': give --sample-index one of {}", wanted, names)};
}

Result<std::string> converted(const model::Profile& profile, const std::optional<analyze::NamelessShare>& names,
                              const ConvertArguments& arguments) {
  if (arguments.to == "pprof") return pprof::encode(profile);
  if (arguments.to == "legacy") return pprof::encode_legacy(profile);
  if (arguments.to == "folded") {
    const auto index = sample_index(profile, arguments.sample_index);
    if (!index.ok()) return Error{index.error()};
    return pprof::encode_folded(profile, *index);
  }
  report::ReportOptions options;
  options.files = arguments.files;
  return report::json(analyze::analyze(profile, {}, names), options);
}

int convert(const ConvertArguments& arguments) {
  if (!arguments.sample_index.empty() && arguments.to != "folded") {
    return fail("wrong usage: --sample-index: only folded stacks show a single sample type, leave it out");
  }
  if (arguments.to == "pprof" && arguments.output.empty() && stdout_is_terminal()) {
    return fail("wrong usage: a pprof file is binary: give -o FILE, or send the output elsewhere");
  }
  const bool is_report = arguments.to == "json";
  std::optional<analyze::NamelessShare> names;
  const auto profile =
      load(arguments.files, is_report ? recognize::Unclassified::kLeaveOut : recognize::Unclassified::kKeep, &names);
  if (!profile.ok()) return fail(profile.error());
  const auto bytes = converted(*profile, names, arguments);
  if (!bytes.ok()) return fail(bytes.error());
  const auto written = write_output(arguments.output, *bytes);
  return written.ok() ? kExitOk : fail(written.error());
}

}  // namespace

Verb add_convert(CLI::App& tool) {
  auto arguments = std::make_shared<ConvertArguments>();
  CLI::App* command = tool.add_subcommand("convert", "Write profiles in another form; several files become one");
  command->add_option("FILE", arguments->files, "Profiles: pprof or legacy heap text, gzip compressed or not")
      ->required();
  command
      ->add_option(
          "--to", arguments->to,
          "pprof: for go tool pprof and most viewers; legacy: text for google-pprof; folded: for flame graphs; "
          "json: the report")
      ->required()
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"pprof", "legacy", "folded", "json"}));
  command->add_option("-o,--output", arguments->output, "The file to write; standard output if not given")
      ->type_name("FILE");
  command
      ->add_option("--sample-index", arguments->sample_index,
                   "For folded: the sample type to show, such as alloc_space; the profile's default if not given")
      ->type_name("TYPE");
  return {command, [arguments] { return convert(*arguments); }};
}

}  // namespace bucketprof::cli
