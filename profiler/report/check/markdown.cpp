// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/check/markdown.h"

#include <fmt/format.h>

#include "profiler/report/check/phrases.h"
#include "profiler/report/format/finding_text.h"
#include "profiler/report/format/markdown_lines.h"
#include "profiler/report/format/markdown_text.h"
#include "profiler/report/format/units.h"

namespace bucketprof::report {
namespace {

using compare::Comparison;
using compare::Verdict;

// Rows are added while the comment has at most this many bytes. GitHub accepts 65,536; a row has at most some thousand.
constexpr std::size_t kRoomForBroken = 40'000;
constexpr std::size_t kRoomForAll = 52'000;
constexpr std::size_t kCommentName = 60;

class CheckComment : private MarkdownLines {
 public:
  CheckComment(const compare::CheckResult& result, const CheckOptions& options) : result_(result), options_(options) {}

  std::string write() && {
    headline();
    broken();
    holding();
    notes();
    return std::move(*this).finish();
  }

 private:
  static std::string path(const std::string& name) { return markdown_code(elide_start(name, kMarkdownName)); }

  void headline() {
    const std::string program = result_.program.empty() ? "" : " of " + markdown_text(elide_end(result_.program, 60));
    line("## Hash table memory{}: {}", program, result_.ok() ? "OK" : "failed");
    line("");
    std::string verdict = verdict_sentence(result_);
    if (verdict[0] >= 'a' && verdict[0] <= 'z') verdict[0] = static_cast<char>(verdict[0] - 'a' + 'A');
    line("**{}.**", verdict);
    line("");
    line("{}{}{}, by {}. Values are {}; in use: {}.", path(options_.file),
         runs_phrase(result_.runs_after, result_.interval),
         result_.runs_before == 0 ? ""
                                  : fmt::format(", against {}{}", path(options_.baseline),
                                                runs_phrase(result_.runs_before, result_.interval)),
         path(options_.policy), counting_sentence(result_), moment_phrase(result_));
    if (result_.losses > 0) line("Losses: {}.", markdown_text(losses_sentence(result_)));
    line("");
  }

  void broken() {
    if (result_.count(Verdict::kOk) == result_.all()) return;
    line("| | what | value | allowed | where |");
    line("|---|---|---|---|---|");
    std::size_t omitted = 0;
    for (const Verdict verdict : {Verdict::kFailed, Verdict::kAllowed}) {
      for (const Comparison& comparison : result_.comparisons) {
        if (comparison.verdict != verdict) continue;
        if (size() > kRoomForBroken) {
          ++omitted;
        } else {
          row(sanitized(comparison, options_.source_root, kCommentName));
        }
      }
    }
    more(omitted, "broken limits");
  }

  void row(const Comparison& comparison) {
    std::string value = markdown_text(values_phrase(comparison));
    const std::string sampled = sampling_sentence(comparison, result_.confidence);
    if (!sampled.empty()) value += "<br>" + markdown_text(sampled);
    std::string allowed =
        fmt::format("{}<br>{}", markdown_text(allowed_phrase(comparison)),
                    markdown_code(fmt::format("{}:{}", elide_start(options_.policy, kCommentName), comparison.line)));
    if (!comparison.reason.empty()) allowed += "<br>" + markdown_text(elide_end(waived_phrase(comparison), 300));
    std::string where;
    for (const compare::Culprit& culprit : comparison.culprits) {
      where += (where.empty() ? "" : "<br>") + markdown_code(culprit_phrase(culprit, comparison));
    }
    if (where.empty() && !place_phrase(comparison).empty()) where = markdown_code(place_phrase(comparison));
    if (comparison.advice) where += (where.empty() ? "" : "<br>") + markdown_text(advice_of(comparison.advice));
    line("| {} | {} | {} | {} | {} |", comparison.verdict == Verdict::kFailed ? "**failed**" : "agreed to",
         what(comparison), value, allowed, where);
  }

  static std::string what(const Comparison& comparison) {
    std::string text = markdown_code(subject_of(comparison));
    if (!comparison.renamed_from.empty()) text += ", was " + markdown_code(comparison.renamed_from);
    return text;
  }

  void holding() {
    const std::size_t count = result_.count(Verdict::kOk);
    if (count == 0) return;
    line("<details>");
    line("<summary>{} limit{}</summary>", grouped(static_cast<std::int64_t>(count)), count == 1 ? " holds" : "s hold");
    line("");
    line("| what | value | allowed |");
    line("|---|---|---|");
    std::size_t omitted = 0;
    for (const Comparison& comparison : result_.comparisons) {
      if (comparison.verdict != Verdict::kOk) continue;
      if (size() > kRoomForAll) {
        ++omitted;
        continue;
      }
      const Comparison shown = sanitized(comparison, options_.source_root, kCommentName);
      line("| {} | {} | {} |", what(shown), markdown_text(values_phrase(shown)), markdown_text(allowed_phrase(shown)));
    }
    more(omitted, "limits that hold");
    line("</details>");
    line("");
  }

  void notes() {
    std::size_t omitted = 0;
    for (const std::string& note : result_.notes) {
      if (size() > kRoomForAll) {
        ++omitted;
      } else {
        line("- {}", markdown_text(elide_end(note, 300)));
      }
    }
    if (omitted > 0) line("- and {} more notes", grouped(static_cast<std::int64_t>(omitted)));
  }

  const compare::CheckResult& result_;
  const CheckOptions& options_;
};

}  // namespace

std::string check_markdown(const compare::CheckResult& result, const CheckOptions& options) {
  return CheckComment(result, options).write();
}

}  // namespace bucketprof::report
