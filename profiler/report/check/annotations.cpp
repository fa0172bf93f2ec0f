// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/check/annotations.h"

#include <fmt/format.h>

#include "profiler/report/check/phrases.h"
#include "profiler/report/format/finding_text.h"
#include "profiler/report/format/units.h"

namespace bucketprof::report {
namespace {

using compare::Comparison;
using compare::Verdict;

constexpr std::size_t kAnnotationName = 200;

/// Escapes each of `characters` as "%0A".
std::string escaped(std::string_view text, std::string_view characters) {
  std::string result;
  for (const char c : text) {
    if (characters.find(c) != std::string_view::npos) {
      result += fmt::format("%{:02X}", static_cast<int>(c));
    } else {
      result += c;
    }
  }
  return result;
}

/// The characters that a command's message must not contain. In a property's value, in addition a comma ends the
/// property, and a colon ends the list of properties.
std::string command_data(std::string_view text) { return escaped(text, "%\r\n"); }
std::string command_property(std::string_view text) { return escaped(elide_start(text, text.size()), "%\r\n:,"); }

std::string command(std::string_view level, const recognize::Frame& at, std::string_view title,
                    std::string_view message) {
  std::string properties;
  if (!at.file.empty()) {
    properties += fmt::format("file={},", command_property(at.file));
    if (at.line > 0) properties += fmt::format("line={},", at.line);
  }
  return fmt::format("::{} {}title={}::{}\n", level, properties, command_property(title), command_data(message));
}

/// The line to annotate: the row's own or, if it has none, that of the first culprit that has one.
recognize::Frame annotated_line(const Comparison& comparison, const std::string& root) {
  if (!comparison.location.file.empty())
    return {"", below_root(comparison.location.file, root), comparison.location.line};
  for (const compare::Culprit& culprit : comparison.culprits) {
    if (!culprit.location.file.empty()) return {"", below_root(culprit.location.file, root), culprit.location.line};
  }
  return {};
}

std::string annotation(const Comparison& whole, const compare::CheckResult& result, const CheckOptions& options) {
  const Comparison comparison = sanitized(whole, options.source_root, kAnnotationName);
  std::string message = comparison_sentence(comparison) + ".";
  const auto add = [&message](std::string_view text) { message += fmt::format("\n{}", text); };
  if (!comparison.renamed_from.empty()) add("was " + comparison.renamed_from);
  for (const compare::Culprit& culprit : comparison.culprits) add("at " + culprit_phrase(culprit, comparison));
  const std::string sampled = sampling_sentence(comparison, result.confidence);
  if (!sampled.empty()) add(sampled);
  if (comparison.advice) add(advice_of(comparison.advice));
  if (!comparison.reason.empty()) add(elide_end(waived_phrase(comparison), 1000));
  add(fmt::format("policy {}:{}", elide_start(options.policy, kAnnotationName), comparison.line));
  return command(comparison.verdict == Verdict::kFailed ? "error" : "notice",
                 annotated_line(whole, options.source_root), "Hash table memory: " + subject_of(comparison), message);
}

}  // namespace

std::string check_annotations(const compare::CheckResult& result, const CheckOptions& options) {
  std::string lines;
  if (result.losses_failed()) lines += command("error", {}, "Hash table memory: losses", losses_sentence(result) + ".");
  for (const Verdict verdict : {Verdict::kFailed, Verdict::kAllowed}) {
    for (const Comparison& comparison : result.comparisons) {
      if (comparison.verdict == verdict) lines += annotation(comparison, result, options);
    }
  }
  return lines;
}

}  // namespace bucketprof::report
