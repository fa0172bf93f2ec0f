// SPDX-License-Identifier: Apache-2.0
//
// The output has its fields in the order in which they are assigned here.
#include "profiler/report/check/json.h"

#include <nlohmann/json.hpp>

#include "profiler/base/version.h"
#include "profiler/report/check/phrases.h"
#include "profiler/report/format/finding_text.h"

namespace bucketprof::report {
namespace {

using CheckJson = nlohmann::ordered_json;

CheckJson check_frame(const recognize::Frame& frame) {
  return {{"function", frame.function}, {"file", frame.file}, {"line", frame.line}};
}

CheckJson check_culprits(const compare::Comparison& comparison) {
  CheckJson culprits = CheckJson::array();
  for (const compare::Culprit& culprit : comparison.culprits) {
    culprits.push_back({{"table", culprit.table},
                        {"function", culprit.function},
                        {"shown", check_frame(culprit.location)},
                        {"growth", culprit.growth},
                        {"rehashes", culprit.rehashes},
                        {"new", culprit.is_new}});
  }
  return culprits;
}

CheckJson check_row(const compare::Comparison& comparison) {
  return {{"verdict", name_of(comparison.verdict)},
          {"sentence", comparison_sentence(comparison)},
          {"scope", name_of(comparison.scope)},
          {"rule", comparison.rule},
          {"line", comparison.line},
          {"metric", name_of(comparison.metric)},
          {"unit", compare::kMetrics[comparison.metric].unit},
          {"limit_of", comparison.is_budget ? "max" : "growth"},
          {"allowed", comparison.allowed_text},
          {"limit", comparison.limit},
          {"table", comparison.table},
          {"kind", comparison.kind},
          {"function", comparison.function},
          {"finding", comparison.finding},
          {"was", comparison.renamed_from},
          {"new", comparison.is_new},
          {"shown", check_frame(comparison.location)},
          {"before", comparison.before},
          {"after", comparison.after},
          {"agreed", comparison.waived},
          {"error_before", comparison.error_before},
          {"error_after", comparison.error_after},
          {"chance", comparison.chance},
          {"reason", comparison.reason},
          {"expires", comparison.expires},
          {"advice", advice_of(comparison.advice)},
          {"culprits", check_culprits(comparison)}};
}

}  // namespace

std::string check_json(const compare::CheckResult& result, const CheckOptions& options) {
  CheckJson page;
  page["version"] = kCheckJsonVersion;
  page["tool"] = {{"name", "bucketprof"}, {"version", kVersion}};
  page["verdict"] = result.ok() ? "ok" : "failed";
  page["sentence"] = verdict_sentence(result);
  page["counts"] = {{"limits", result.all()},
                    {"failed", result.count(compare::Verdict::kFailed)},
                    {"allowed", result.count(compare::Verdict::kAllowed)},
                    {"ok", result.count(compare::Verdict::kOk)}};
  page["program"] = result.program;
  page["file"] = options.file;
  page["baseline"] = options.baseline;
  page["policy"] = options.policy;
  page["source_root"] = options.source_root;
  page["interval"] = result.interval;
  page["moment"] = result.moment;
  page["confidence"] = result.confidence;
  page["runs_before"] = result.runs_before;
  page["runs_after"] = result.runs_after;
  page["losses"] = result.losses;
  page["max_losses"] = result.max_losses;
  page["losses_failed"] = result.losses_failed();
  page["comparisons"] = CheckJson::array();
  for (const compare::Comparison& comparison : result.comparisons)
    page["comparisons"].push_back(check_row(sanitized(comparison, options.source_root, 0)));
  page["notes"] = result.notes;
  return page.dump(2, ' ', false, CheckJson::error_handler_t::replace) + "\n";
}

}  // namespace bucketprof::report
