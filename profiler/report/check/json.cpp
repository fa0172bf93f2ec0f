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

CheckJson check_culprits(const compare::Comparison& one) {
  CheckJson culprits = CheckJson::array();
  for (const compare::Culprit& culprit : one.culprits) {
    culprits.push_back({{"table", culprit.table},
                        {"function", culprit.function},
                        {"shown", check_frame(culprit.location)},
                        {"growth", culprit.growth},
                        {"rehashes", culprit.rehashes},
                        {"new", culprit.is_new}});
  }
  return culprits;
}

CheckJson check_row(const compare::Comparison& one) {
  return {{"verdict", name_of(one.verdict)},
          {"sentence", comparison_sentence(one)},
          {"scope", name_of(one.scope)},
          {"rule", one.rule},
          {"line", one.line},
          {"metric", name_of(one.metric)},
          {"unit", compare::kMetrics[one.metric].unit},
          {"limit_of", one.is_budget ? "max" : "growth"},
          {"allowed", one.allowed_text},
          {"limit", one.limit},
          {"table", one.table},
          {"kind", one.kind},
          {"function", one.function},
          {"finding", one.finding},
          {"was", one.renamed_from},
          {"new", one.is_new},
          {"shown", check_frame(one.location)},
          {"before", one.before},
          {"after", one.after},
          {"agreed", one.waived},
          {"error_before", one.error_before},
          {"error_after", one.error_after},
          {"chance", one.chance},
          {"reason", one.reason},
          {"expires", one.expires},
          {"advice", advice_of(one.advice)},
          {"culprits", check_culprits(one)}};
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
  for (const compare::Comparison& one : result.comparisons)
    page["comparisons"].push_back(check_row(sanitized(one, options.source_root, 0)));
  page["notes"] = result.notes;
  return page.dump(2, ' ', false, CheckJson::error_handler_t::replace) + "\n";
}

}  // namespace bucketprof::report
