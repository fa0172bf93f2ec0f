// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/check/text.h"

#include "profiler/report/check/phrases.h"
#include "profiler/report/format/finding_text.h"
#include "profiler/report/format/text_page.h"
#include "profiler/report/format/units.h"

namespace bucketprof::report {
namespace {

using compare::Comparison;
using compare::Verdict;

constexpr std::size_t kCheckName = 60;

class CheckPage : private TextPage {
 public:
  CheckPage(const compare::CheckResult& result, const CheckOptions& options)
      : TextPage(kWideText, options.colour), result_(result), options_(options) {}

  std::string write() && {
    title(fmt::format("{}: {}", result_.ok() ? "OK" : "FAILED", verdict_sentence(result_)), "");
    facts();
    section(Verdict::kFailed, "FAILED", "each limit that is broken, where, and what it allows");
    losses();
    section(Verdict::kAllowed, "AGREED TO", "broken, and allowed by the policy for a time");
    holding();
    notes();
    return std::move(*this).finish();
  }

 private:
  void facts() {
    constexpr std::size_t kPath = kWideText - 40;
    const std::string program = result_.program.empty() ? "" : " of " + elide_end(result_.program, 40);
    paragraph("  profile",
              elide_start(options_.file, kPath) + program + runs_phrase(result_.runs_after, result_.interval));
    if (result_.runs_before > 0) {
      paragraph("  baseline",
                elide_start(options_.baseline, kPath) + runs_phrase(result_.runs_before, result_.interval));
    }
    paragraph("  policy", elide_start(options_.policy, kPath));
    paragraph("  values", fmt::format("{}; in use: {}", counting_sentence(result_), moment_phrase(result_)));
  }

  void section(Verdict verdict, std::string_view name, std::string_view what) {
    if (result_.count(verdict) == 0) return;
    title(name, what);
    for (const Comparison& comparison : result_.comparisons) {
      if (comparison.verdict == verdict) broken(sanitized(comparison, options_.source_root, kCheckName));
    }
  }

  void broken(const Comparison& comparison) {
    row(comparison, comparison.verdict == Verdict::kFailed ? "  failed" : "  agreed to");
    paragraph("      allowed", fmt::format("{}, by the rule for {} in {}", allowed_phrase(comparison), comparison.rule,
                                           policy_line(comparison)));
    if (!comparison.renamed_from.empty()) paragraph("      was", comparison.renamed_from);
    if (comparison.culprits.empty() && !place_phrase(comparison).empty())
      paragraph("      at", place_phrase(comparison));
    for (const compare::Culprit& culprit : comparison.culprits)
      paragraph("      at", culprit_phrase(culprit, comparison));
    const std::string sampled = sampling_sentence(comparison, result_.confidence);
    if (!sampled.empty()) paragraph("      sampled", sampled + ".");
    if (comparison.advice) paragraph("      do", advice_of(comparison.advice) + ".");
    if (!comparison.reason.empty()) paragraph("      reason", waived_phrase(comparison));
  }

  void row(const Comparison& comparison, std::string_view label) {
    line("");
    paragraph(label, fmt::format("{}: {}", subject_of(comparison), values_phrase(comparison)));
  }

  std::string policy_line(const Comparison& comparison) const {
    return fmt::format("{}:{}", elide_start(options_.policy, kCheckName), comparison.line);
  }

  void losses() {
    if (result_.losses == 0) return;
    title(result_.losses_failed() ? "FAILED" : "LOSSES", losses_sentence(result_));
  }

  void holding() {
    const std::size_t count = result_.count(Verdict::kOk);
    if (count == 0 || (!options_.verbose && count == result_.all())) return;
    title("OK", fmt::format("{} limit{}{}", grouped(static_cast<std::int64_t>(count)), count == 1 ? " holds" : "s hold",
                            options_.verbose ? "" : "; --verbose lists what holds"));
    if (!options_.verbose) return;
    for (const Comparison& comparison : result_.comparisons) {
      if (comparison.verdict != Verdict::kOk) continue;
      const Comparison shown = sanitized(comparison, options_.source_root, kCheckName);
      row(shown, "  holds");
      paragraph("      allowed", fmt::format("{}, in {}", allowed_phrase(shown), policy_line(comparison)));
    }
  }

  void notes() {
    if (result_.notes.empty()) return;
    title("NOTES", "");
    for (const std::string& note : result_.notes) paragraph("  note", note);
  }

  const compare::CheckResult& result_;
  const CheckOptions& options_;
};

}  // namespace

std::string check_text(const compare::CheckResult& result, const CheckOptions& options) {
  return CheckPage(result, options).write();
}

}  // namespace bucketprof::report
