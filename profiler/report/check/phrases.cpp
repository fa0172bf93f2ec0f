// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/check/phrases.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "profiler/base/saturating.h"
#include "profiler/report/format/units.h"

namespace bucketprof::report {
namespace {

std::string_view unit_of(compare::Metric metric) { return compare::kMetrics[metric].unit; }

/// `value` in its unit. If `other` differs but rounds to the same text, the exact number of bytes is added.
std::string apart_from(std::int64_t value, std::int64_t other, compare::Metric metric) {
  std::string text = in_unit(value, unit_of(metric));
  if (value != other && text == in_unit(other, unit_of(metric))) text += fmt::format(" ({} bytes)", grouped(value));
  return text;
}

std::string with_error(std::int64_t value, double error, compare::Metric metric) {
  const auto whole = static_cast<std::int64_t>(std::llround(std::min(error, 0x1p62)));
  return fmt::format("{} +- {}", in_unit(value, unit_of(metric)), in_unit(whole, unit_of(metric)));
}

/// "+2 %" for "2 %" in the policy, and "+65536 bytes" for "65536".
std::string growth_allowed(const compare::Comparison& comparison) {
  const bool bare = comparison.allowed_text.find_first_not_of("0123456789") == std::string::npos;
  const bool none =
      comparison.allowed_text == "0" || comparison.allowed_text == "0 %" || comparison.allowed_text == "0%";
  std::string text = none ? "no growth"
                          : fmt::format("+{}{}", comparison.allowed_text,
                                        bare && compare::counts_bytes(comparison.metric) ? " bytes" : "");
  if (comparison.waived > 0)
    text += fmt::format(" and {} agreed to for parts of it", in_unit(comparison.waived, unit_of(comparison.metric)));
  return text;
}

std::string share_phrase(const compare::Comparison& comparison) {
  const std::string share = growth_percent(comparison.before, comparison.after);
  return share.empty() ? "" : fmt::format(" ({})", share);
}

std::string limits_phrase(std::size_t count, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", grouped(static_cast<std::int64_t>(count)), count == 1 ? singular : plural);
}

recognize::Frame sanitized_frame(const recognize::Frame& frame, std::string_view root, std::size_t width) {
  const std::string file = below_root(frame.file, root);
  if (width == 0) return {frame.function, file, frame.line};
  return {elide_start(frame.function, width), elide_start(file, width), frame.line};
}

std::string place_at(const recognize::Frame& shown, const std::string& function) {
  if (shown.file.empty()) return function;
  return fmt::format("{}:{}{}{}", shown.file, shown.line, function.empty() ? "" : " ", function);
}

}  // namespace

std::string below_root(std::string_view file, std::string_view root) {
  if (!root.empty()) {
    while (root.ends_with('/')) root.remove_suffix(1);
    if (file.starts_with(root) && file.substr(root.size()).starts_with('/')) {
      file.remove_prefix(root.size());
      while (file.starts_with('/')) file.remove_prefix(1);
    }
  }
  while (file.starts_with("./")) file.remove_prefix(2);
  return std::string(file);
}

compare::Comparison sanitized(const compare::Comparison& comparison, std::string_view root, std::size_t width) {
  compare::Comparison result = comparison;
  result.location = sanitized_frame(comparison.location, root, width);
  for (compare::Culprit& culprit : result.culprits) culprit.location = sanitized_frame(culprit.location, root, width);
  if (width == 0) return result;
  for (std::string* name : {&result.rule, &result.allowed_text, &result.table, &result.kind, &result.finding})
    *name = elide_end(*name, width);
  for (std::string* name : {&result.function, &result.renamed_from}) *name = elide_start(*name, width);
  for (compare::Culprit& culprit : result.culprits) {
    culprit.table = elide_end(culprit.table, width);
    culprit.function = elide_start(culprit.function, width);
  }
  return result;
}

std::string verdict_sentence(const compare::CheckResult& result) {
  const std::size_t all = result.all();
  const std::size_t failed = result.count(compare::Verdict::kFailed);
  const std::size_t allowed = result.count(compare::Verdict::kAllowed);
  std::string lacks = result.losses_failed() ? fmt::format("the profile lacks {} block{}", grouped(result.losses),
                                                           result.losses == 1 ? "" : "s")
                                             : "";
  std::string text;
  if (failed > 0) {
    text = fmt::format("{} of {} {} broken", grouped(static_cast<std::int64_t>(failed)),
                       limits_phrase(all, "limit", "limits"), failed == 1 ? "is" : "are");
  } else if (!lacks.empty()) {
    return lacks;
  } else if (all == 0) {
    return "no limit applies to anything in the profile";
  } else if (allowed > 0) {
    text = fmt::format("{} of {} {}", grouped(static_cast<std::int64_t>(all - allowed)),
                       limits_phrase(all, "limit", "limits"), all - allowed == 1 ? "holds" : "hold");
  } else {
    return limits_phrase(all, "limit holds", "limits hold");
  }
  if (allowed > 0) text += ", " + limits_phrase(allowed, "is broken and agreed to", "are broken and agreed to");
  if (!lacks.empty()) text += ", and " + lacks;
  return text;
}

std::string counting_sentence(const compare::CheckResult& result) {
  if (result.interval <= 1) return "exact: every block was counted";
  return fmt::format("sampled, one block about every {}: all values are estimates; confidence {:g} %",
                     human_bytes(result.interval), result.confidence * 100);
}

std::string moment_phrase(const compare::CheckResult& result) {
  if (result.moment == "peak") return "at the peak";
  if (result.moment == "now") return "at the end";
  return result.moment == "several" ? "at the moments of the merged profiles" : "at the moment of the profile";
}

std::string runs_phrase(std::int64_t runs, std::int64_t interval) {
  if (runs <= 1) return "";
  return fmt::format(", the {} of {} runs", interval > 1 ? "mean" : "median", grouped(runs));
}

std::string losses_sentence(const compare::CheckResult& result) {
  if (result.losses == 0) return "";
  return fmt::format("the profile lacks {} block{}; max_losses in the policy allows {}", grouped(result.losses),
                     result.losses == 1 ? "" : "s", grouped(result.max_losses));
}

std::string row_name(const compare::Comparison& comparison) {
  if (comparison.scope == compare::RuleScope::kTotal) return "total";
  std::string text = "table " + comparison.table;
  if (comparison.scope == compare::RuleScope::kFinding) text = fmt::format("{} of {}", comparison.finding, text);
  if (!comparison.function.empty()) text += " at " + comparison.function;
  return text;
}

std::string subject_of(const compare::Comparison& comparison) {
  const std::string_view metric =
      comparison.metric == compare::kAvoidable ? "avoidable bytes" : name_of(comparison.metric);
  if (comparison.scope == compare::RuleScope::kTotal) return fmt::format("total {}", metric);
  return fmt::format("{} of {}", metric, row_name(comparison));
}

std::string values_phrase(const compare::Comparison& comparison) {
  const compare::Metric metric = comparison.metric;
  if (comparison.is_budget) {
    std::string value = apart_from(comparison.after, comparison.limit, metric);
    if (comparison.after <= comparison.limit) return value;
    return fmt::format("{}, {} too much", value,
                       in_unit(subtract_saturated(comparison.after, comparison.limit), unit_of(metric)));
  }
  return fmt::format("{} -> {}, {}{}", comparison.is_new ? "new" : in_unit(comparison.before, unit_of(metric)),
                     in_unit(comparison.after, unit_of(metric)),
                     signed_in_unit(subtract_saturated(comparison.after, comparison.before), unit_of(metric)),
                     share_phrase(comparison));
}

std::string allowed_phrase(const compare::Comparison& comparison) {
  const std::string most = apart_from(comparison.limit, comparison.after, comparison.metric);
  if (comparison.is_budget) return "at most " + most;
  if (comparison.waived > 0) return growth_allowed(comparison);
  return fmt::format("{}, that is at most {}", growth_allowed(comparison), most);
}

std::string comparison_sentence(const compare::Comparison& comparison) {
  const std::string_view unit = unit_of(comparison.metric);
  const std::string subject = subject_of(comparison);
  if (comparison.is_budget) {
    return fmt::format("{} is {}; allowed: {}", subject,
                       apart_from(comparison.after, comparison.limit, comparison.metric), allowed_phrase(comparison));
  }
  const std::int64_t growth = subtract_saturated(comparison.after, comparison.before);
  const std::string after = in_unit(comparison.after, unit);
  const std::string allowed = growth_allowed(comparison);
  if (comparison.is_new) return fmt::format("{} is {}, and new; allowed: {}", subject, after, allowed);
  if (growth == 0) return fmt::format("{} stayed at {}; allowed: {}", subject, after, allowed);
  const std::string by = in_unit(magnitude_saturated(growth), unit);
  return fmt::format("{} {} by {}{} to {}; allowed: {}", subject, growth < 0 ? "shrank" : "grew", by,
                     share_phrase(comparison), after, allowed);
}

std::string sampling_sentence(const compare::Comparison& comparison, double confidence) {
  if (!(comparison.error_before > 0) && !(comparison.error_after > 0)) return "";
  const std::string after = with_error(comparison.after, comparison.error_after, comparison.metric);
  const std::string values =
      comparison.is_budget
          ? after + ": above the limit by"
          : fmt::format("{} before, {} after:",
                        with_error(comparison.before, comparison.error_before, comparison.metric), after);
  return fmt::format("{} more than sampling explains, at a confidence of {:g} % for all limits together", values,
                     confidence * 100);
}

std::string waived_phrase(const compare::Comparison& comparison) {
  return fmt::format("agreed to until {}: {}", comparison.expires, comparison.reason);
}

std::string culprit_phrase(const compare::Culprit& culprit, const compare::Comparison& of) {
  std::string text = place_at(culprit.location, culprit.function);
  if (of.scope == compare::RuleScope::kTotal) text += fmt::format(" of table {}", culprit.table);
  text += ", " + (of.is_budget ? in_unit(culprit.growth, unit_of(of.metric))
                               : signed_in_unit(culprit.growth, unit_of(of.metric)));
  if (culprit.rehashes != 0 && of.metric != compare::kRehashes) {
    text += fmt::format(", {} rehash{}", signed_in_unit(culprit.rehashes, "count"),
                        culprit.rehashes == 1 || culprit.rehashes == -1 ? "" : "es");
  }
  return culprit.is_new ? text + ", new" : text;
}

std::string place_phrase(const compare::Comparison& comparison) {
  return place_at(comparison.location, comparison.function);
}

}  // namespace bucketprof::report
