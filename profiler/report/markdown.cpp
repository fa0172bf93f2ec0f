// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/markdown.h"

#include <fmt/format.h>

#include <algorithm>

#include "profiler/base/cxx_name.h"
#include "profiler/report/format/finding_text.h"
#include "profiler/report/format/left_out.h"
#include "profiler/report/format/markdown_lines.h"
#include "profiler/report/format/markdown_text.h"
#include "profiler/report/format/units.h"
#include "profiler/report/note_text.h"
#include "profiler/report/selection.h"
#include "profiler/report/silence_text.h"

namespace bucketprof::report {
namespace {

class MarkdownPage : private MarkdownLines {
 public:
  MarkdownPage(const analyze::Analysis& analysis, const ReportOptions& options)
      : analysis_(analysis), selection_(select(analysis, options)) {}

  std::string write() && {
    headline();
    findings();
    notes();
    if (analysis_.tables.empty()) {
      sites();
    } else {
      tables();
    }
    return std::move(*this).finish();
  }

 private:
  void headline() {
    const auto& values = analysis_.totals.values;
    const std::string_view program = base_name(analysis_.facts.program);
    line("## Hash table memory of {}", program.empty() ? "unknown program" : markdown_text(program));
    line("");
    if (analysis_.has[model::kInuseSpace]) {
      const std::string slack = analysis_.has[model::kInuseSlack] && analysis_.tells_slack()
                                    ? fmt::format(", **{}** of {} hold no entry",
                                                  human_bytes(analysis_.told.values[model::kInuseSlack]), told_of())
                                    : "";
      line("**{}** in use in {} blocks{}; {} allocated over the run.", human_bytes(values[model::kInuseSpace]),
           grouped(values[model::kInuseObjects]), slack, human_bytes(values[model::kAllocSpace]));
    }
    if (analysis_.facts.period > 1) {
      line("Sampled, one block about every {}: all values are estimates.", human_bytes(analysis_.facts.period));
    }
    for (const auto& [name, count] : analysis_.facts.losses) line("Lost: {} {}.", grouped(count), markdown_text(name));
    if (const std::string left_out = left_out_text(analysis_.facts); !left_out.empty())
      line("Left out: {}.", markdown_text(left_out));
    for (const std::string& missing : analysis_.missing) line("Missing: {}.", markdown_text(missing));
    line("");
  }

  /// What the slack in the headline is part of.
  std::string told_of() const {
    const std::int64_t told = analysis_.told.values[model::kInuseSpace];
    if (told == analysis_.totals.values[model::kInuseSpace]) return "them";
    return fmt::format("the {} in tables that tell", human_bytes(told));
  }

  void findings() {
    if (analysis_.tables.empty() && !analysis_.facts.classified) return;
    line("### Findings");
    line("");
    list_findings();
    const std::vector<SilenceText> silences = silence_texts(analysis_);
    for (const SilenceText& silence : silences) line("Not computed: {}.", markdown_text(silence.text));
    if (!silences.empty()) line("");
  }

  void list_findings() {
    if (selection_.findings.empty()) {
      line("{}", !analysis_.findings.empty()    ? "None matches --table and --site."
                 : computes_findings(analysis_) ? "None."
                                                : "None can be computed.");
      line("");
      return;
    }
    line("| avoidable | table | what | where | do |");
    line("|---:|---|---|---|---|");
    for (const findings::Finding* finding : selection_.findings) {
      const bool exact = finding->confidence == findings::Confidence::kExact;
      line("| {}{} | {} | {} (`{}`) | {} | {} |", human_bytes(finding->avoidable),
           exact ? "" : " ± " + human_bytes(finding->error),
           markdown_code(elide_end(tables_of(*finding), kMarkdownName)), markdown_text(sentence_of(*finding)),
           name_of(finding->id), markdown_place(finding->site), markdown_text(advice_of(finding->advice())));
    }
    more(selection_.more_findings, "findings");
  }

  void notes() {
    if (selection_.notes.empty()) return;
    line("### Notes");
    line("");
    for (const analyze::Note* note : selection_.notes) {
      line("- {} (`{}`), {}: {}.", markdown_code(elide_end(table_of(note->table, note->kind), kMarkdownName)),
           name_of(note->id), markdown_place(note->site), markdown_text(sentence_of(*note)));
    }
    more(selection_.more_notes, "notes");
  }

  void tables() {
    line("### Tables");
    line("");
    line("| table | in use | slack | entries | tables | allocated | pattern |");
    line("|---|---:|---:|---:|---:|---:|---|");
    for (const analyze::Table* table : selection_.tables) {
      const auto& values = table->amounts.values;
      line("| {} | {} | {} | {} | {} | {} | {} |",
           markdown_code(elide_end(table_of(table->name, table->kind), kMarkdownName)),
           human_bytes(values[model::kInuseSpace]),
           table->tells_slack ? percent(values[model::kInuseSlack], values[model::kInuseSpace]) : "?",
           known(table->counts.entries), known(table->counts.ever), human_bytes(values[model::kAllocSpace]),
           name_of(table->pattern));
    }
    more(selection_.more_tables, "tables");
  }

  /// For profiles without tables, which have nothing else to show.
  void sites() {
    line("### Sites");
    line("");
    line("| where | function | {} |", markdown_text(analysis_.weight_type));
    line("|---|---|---:|");
    for (const analyze::Site* site : selection_.sites) {
      line("| {} | {} | {} |", markdown_place(site->caller),
           markdown_code(elide_start(qualified_name(site->caller.function), kMarkdownName)),
           in_unit(site->amounts.weight, analysis_.weight_unit));
    }
    more(selection_.more_sites, "sites");
  }

  const analyze::Analysis& analysis_;
  Selection selection_;
};

}  // namespace

std::string markdown(const analyze::Analysis& analysis, const ReportOptions& options) {
  return MarkdownPage(analysis, options).write();
}

}  // namespace bucketprof::report
