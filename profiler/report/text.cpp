// SPDX-License-Identifier: Apache-2.0
//
// One member function for each section of the page.
#include "profiler/report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "profiler/base/cxx_name.h"
#include "profiler/report/columns.h"
#include "profiler/report/format/finding_text.h"
#include "profiler/report/format/left_out.h"
#include "profiler/report/format/text_page.h"
#include "profiler/report/format/units.h"
#include "profiler/report/note_text.h"
#include "profiler/report/selection.h"
#include "profiler/report/silence_text.h"
#include "profiler/tables/kind.h"

namespace bucketprof::report {
namespace {

constexpr std::size_t kStackLines = 12;
constexpr std::size_t kShortestName = 12;  // a table's name is not cut below this, even if its kind does not fit then

std::string share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? "" : fmt::format(" ({})", percent(part, whole));
}

class Page : private TextPage {
 public:
  Page(const analyze::Analysis& analysis, const ReportOptions& options)
      : TextPage(kTextWidth, options.colour),
        analysis_(analysis),
        options_(options),
        selection_(select(analysis, options)),
        columns_(analysis) {}

  std::string write() && {
    headline();
    totals();
    if (!analysis_.tables.empty() || analysis_.facts.classified) findings();
    notes();
    if (!analysis_.tables.empty()) tables();
    sites();
    going_on();
    return std::move(*this).finish();
  }

 private:
  // The moment of the in-use values.
  std::string moment() const {
    std::string at;
    for (const facts::Moment& moment : analysis_.facts.moments) {
      if (at.empty()) at = moment.at;
      if (at != moment.at) return "at the moments of the merged profiles";
    }
    const bool several = analysis_.facts.moments.size() > 1;
    if (at == "peak") return several ? "at each run's high-water mark" : "at the high-water mark";
    if (at.empty()) return "at the moment of the profile";
    return several ? "when each profile was taken" : "when the profile was taken";
  }

  void headline() {
    const facts::Facts& facts = analysis_.facts;
    const std::string program = facts.program.empty() ? "unknown program" : std::string(base_name(facts.program));
    title("HASH TABLE MEMORY", "of " + elide_end(program, 70));
    if (!facts.program.empty()) line("  program   {}", elide_start(facts.program, 88));
    for (const facts::Moment& moment : facts.moments) {
      line("  moment    in-use values are those {}: {}{}",
           moment.at != "peak" ? "when the profile was taken"
           : facts.classified  ? "at the high-water mark of all blocks"
                               : "at the high-water mark",
           human_bytes(moment.inuse_space),
           moment.after.empty() ? "" : ", " + elide_end(moment.after, 12) + " after the start");
    }
    if (facts.period == 1) line("  sampling  exact: every block was counted");
    if (facts.period > 1) {
      line("  sampling  one block about every {} of allocation: all values are estimates", human_bytes(facts.period));
    }
    for (const auto& [name, count] : facts.losses) {
      line("  LOST      {} {}: the profile lacks these", grouped(count), elide_end(name, 40));
    }
    for (const std::string& missing : analysis_.missing) paragraph("  missing", missing, 12);
  }

  void totals() {
    const auto& values = analysis_.totals.values;
    title("TOTAL", "");
    if (analysis_.has[model::kInuseSpace]) {
      line("  in use {}: {} ({} bytes) in {} blocks", moment(), human_bytes(values[model::kInuseSpace]),
           grouped(values[model::kInuseSpace]), grouped(values[model::kInuseObjects]));
    }
    if (analysis_.has[model::kInuseSlack]) {
      line("      slack, bytes that held no entry then: {}", slack(model::kInuseSlack, model::kInuseSpace));
    }
    if (analysis_.has[model::kAllocSpace]) {
      line("  allocated over the whole run: {} ({} bytes) in {} blocks", human_bytes(values[model::kAllocSpace]),
           grouped(values[model::kAllocSpace]), grouped(values[model::kAllocObjects]));
    }
    if (analysis_.has[model::kAllocSlack]) {
      line("      never used, bytes that never held an entry: {}", slack(model::kAllocSlack, model::kAllocSpace));
    }
    if (const std::string left_out = left_out_text(analysis_.facts); !left_out.empty())
      line("  left out: {}; --all shows them", left_out);
    if (!has_any()) line("  {} {}", in_unit(analysis_.totals.weight, analysis_.weight_unit), analysis_.weight_type);
  }

  std::string slack(model::SampleType type, model::SampleType of) const {
    if (!analysis_.tells_slack()) return "not known";
    const auto& told = analysis_.told.values;
    const std::string text = human_bytes(told[type]) + share(told[type], told[of]);
    if (told[of] == analysis_.totals.values[of]) return text;
    return fmt::format("{} of the {} in tables that tell", text, human_bytes(told[of]));
  }

  bool has_any() const {
    return std::any_of(analysis_.has.begin(), analysis_.has.end(), [](bool has) { return has; });
  }

  void findings() {
    title("FINDINGS", "what wastes memory, the most avoidable bytes first; docs/findings.md explains each");
    for (const findings::Finding* finding : selection_.findings) {
      line("{:>12}  {}: {}", human_bytes(finding->avoidable), name_of(finding->id), elide_end(tables_of(*finding), 60));
      paragraph("", sentence_of(*finding) + ".");
      paragraph("      do", advice_of(finding->advice()) + ".");
      paragraph("      at", fmt::format("{}", elide_start(place_of(finding->site), kTextWidth - 14)));
      paragraph("      saves", savings_of(*finding) + ".");
    }
    if (selection_.findings.empty()) {
      line("  none{}", !analysis_.findings.empty()    ? " matches --table and --site"
                       : computes_findings(analysis_) ? ""
                                                      : " can be computed");
    }
    more(selection_.more_findings, "findings");
    for (const SilenceText& silence : silence_texts(analysis_)) paragraph("  not known", silence.text + ".");
  }

  void notes() {
    if (selection_.notes.empty()) return;
    title("NOTES", "what is known without findings");
    for (const analyze::Note* note : selection_.notes) {
      line("  {}: {}", name_of(note->id), elide_end(table_of(note->table, note->kind), 80));
      paragraph("", sentence_of(*note) + ".");
      paragraph("      at", elide_start(place_of(note->site), kTextWidth - 14));
    }
    more(selection_.more_notes, "notes");
  }

  void row(const facts::SampleValues& amounts, bool tells_slack, std::string_view name) {
    line("{}  {}", columns_.cells(amounts, tells_slack), elide_end(name, kTextWidth - columns_.width() - 2));
  }

  /// Cuts long table names (they may be type names) so that the kind still fits.
  void row_of(const facts::SampleValues& amounts, bool tells_slack, std::string_view table, std::string_view kind) {
    const std::size_t width = kTextWidth - columns_.width() - 2;
    const std::size_t kinds_width = kind.empty() ? 0 : kind.size() + 3;
    const std::size_t most = kinds_width + kShortestName < width ? width - kinds_width : kShortestName;
    row(amounts, tells_slack, table_of(elide_end(table, most), kind));
  }

  void more(std::size_t count, std::string_view what) {
    if (count > 0) line("  ... and {} more {}: --top 0 shows all", count, what);
  }

  void tables() {
    title("TABLES", fmt::format("in use and slack: {}; allocated and never used: over the whole run", moment()));
    line("{}  table (kind)", columns_.titles());
    for (const analyze::Table* table : selection_.tables) {
      row_of(table->amounts, table->tells_slack, table->name, table->kind);
      for (const analyze::Group& part : table->parts) row(part.amounts, table->tells_slack, "   part  " + part.name);
      for (const analyze::Group& cause : table->causes)
        row(cause.amounts, table->tells_slack, "   cause " + cause.name);
      about(*table);
    }
    if (selection_.tables.empty()) line("  no table's name matches --table");
    more(selection_.more_tables, "tables");
  }

  void about(const analyze::Table& table) {
    const analyze::Counts& counts = table.counts;
    if (table.pattern != analyze::Pattern::kNone) {
      paragraph("      pattern", join(name_of(table.pattern), name_of(table.shape)));
    }
    if (counts.ever) {
      // A table that is just growing has two arrays.
      std::string text = fmt::format("{} ever, {}{} in use{}", grouped(*counts.ever), known(counts.alive),
                                     counts.is_growing ? " arrays" : "", counts.is_growing ? " while growing" : "");
      if (counts.capacity > 0)
        text += fmt::format(": {} entries in {} slots", known(counts.entries), grouped(*counts.capacity));
      paragraph("      tables", text);
    }
    if (!counts.ever && counts.entries > 0) {
      const bool is_by_nodes = tables::entries_of(tables::kind_of(table.kind)) != tables::Entries::kInArrays;
      const std::string how = is_by_nodes           ? ", by their nodes"
                              : counts.capacity > 0 ? fmt::format(" in {} slots", grouped(*counts.capacity))
                                                    : "";
      paragraph("      entries", fmt::format("{} in use{}", grouped(*counts.entries), how));
    }
    if (counts.growths > 0 && !table.steps.empty()) {
      std::string steps;
      for (const analyze::Step& step : table.steps) {
        steps += fmt::format("{}{}x{}", steps.empty() ? "" : " ", grouped(step.amounts.values[model::kAllocObjects]),
                             grouped(step.slots));
      }
      paragraph("      steps", steps + " (arrays x slots)");
    }
    held(table);
  }

  /// What arrays held when they were looked at, also where that is not enough for findings.
  void held(const analyze::Table& table) {
    std::string text;
    for (const analyze::Held& held : table.held) {
      text += fmt::format("{}{}x{}: {}", text.empty() ? "" : "; ", grouped(held.arrays), grouped(held.slots),
                          grouped(held.least));
      if (held.most > held.least) text += fmt::format(" to {}", grouped(held.most));
    }
    if (!text.empty()) paragraph("      held", text + " (arrays x slots: entries when freed, or at the end)");
  }

  static std::string join(std::string_view pattern, std::string_view shape) {
    return fmt::format("{}{}{}", pattern, pattern.empty() || shape.empty() ? "" : "; ", shape);
  }

  void sites() {
    title("SITES", "the line of the program that made a table allocate, and its heaviest stack, innermost first");
    line("{}  {}", columns_.titles(), analysis_.tables.empty() ? "" : "table (kind)");
    for (const analyze::Site* site : selection_.sites) {
      row_of(site->amounts, site->tells_slack, site->table, site->kind);
      const std::string how = join(name_of(site->pattern), name_of(site->shape));
      if (!how.empty()) line("    {}", how);
      if (!site->caller.file.empty()) {
        line("    {}", elide_start(fmt::format("{}:{}", site->caller.file, site->caller.line), kTextWidth - 4));
      }
      stack(*site);
    }
    if (selection_.sites.empty()) line("  none{}", analysis_.sites.empty() ? "" : " matches --table and --site");
    more(selection_.more_sites, "sites");
  }

  void stack(const analyze::Site& site) {
    bool marked = false;
    std::size_t lines = 0;
    for (const recognize::Frame& frame : site.stack) {
      const bool is_caller = !marked && frame.function == site.caller.function && frame.line == site.caller.line;
      marked = marked || is_caller;
      // The caller is shown even if it is deeper than kStackLines.
      if (lines == kStackLines && marked && !is_caller) {
        line("        ... the whole stack is in --format json");
        return;
      }
      if (lines == kStackLines && !is_caller) continue;
      const std::string place =
          frame.file.empty() ? "" : fmt::format("  {}:{}", elide_end(base_name(frame.file), 30), frame.line);
      line("      {} {}{}", is_caller ? '>' : ' ',
           elide_start(qualified_name(frame.function), kTextWidth - 8 - place.size()), place);
      ++lines;
    }
  }

  void going_on() {
    title("NEXT", "the same profile in pprof");
    const std::string file = options_.files.size() == 1 ? options_.files[0] : "FILE";
    if (options_.files.size() > 1) line("  bucketprof convert FILES... --to pprof -o FILE    (these files as one)");
    line("  go tool pprof -http=localhost: {}", file);
    if (analysis_.has[model::kAllocSpace]) line("  go tool pprof -top -cum -sample_index=alloc_space {}", file);
    if (!analysis_.tables.empty()) line("  go tool pprof -top -tagroot=table {}", file);
  }

  const analyze::Analysis& analysis_;
  const ReportOptions& options_;
  Selection selection_;
  Columns columns_;
};

}  // namespace

std::string text(const analyze::Analysis& analysis, const ReportOptions& options) {
  return Page(analysis, options).write();
}

}  // namespace bucketprof::report
