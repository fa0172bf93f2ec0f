// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/diff/markdown.h"

#include <fmt/format.h>

#include "profiler/report/diff/rows.h"
#include "profiler/report/format/finding_text.h"
#include "profiler/report/format/markdown_lines.h"
#include "profiler/report/format/markdown_text.h"
#include "profiler/report/format/units.h"

namespace bucketprof::report {
namespace {

class DiffComment : private MarkdownLines {
 public:
  DiffComment(const compare::Diff& diff, const DiffOptions& options)
      : diff_(diff), options_(options), rows_(rows_of(diff, options)) {}

  std::string write() && {
    line("## What changed in hash table memory");
    line("");
    line("From {} to {}.", markdown_code(elide_start(options_.base, kMarkdownName)),
         markdown_code(elide_start(options_.file, kMarkdownName)));
    const std::string sampled = estimates_sentence(options_.interval);
    if (!sampled.empty()) line("These profiles are {}.", sampled);
    line("");
    if (!rows_.any) {
      line("Nothing changed.");
      return std::move(*this).finish();
    }
    total();
    if (rows_.any_table) {
      section("Tables", "table", rows_.tables, rows_.more_tables, "None matches --table.");
    }
    if (rows_.any_site) {
      section("Sites", "site", rows_.sites, rows_.more_sites, "None matches --table and --site.");
    }
    return std::move(*this).finish();
  }

 private:
  void total() {
    line("| total | before | after | growth | % |");
    line("|---|---:|---:|---:|---:|");
    for (const DiffMeasure& measure : kDiffMeasures) {
      const DiffCells cells = cells_of(diff_.total, measure.metric);
      line("| {} | {} | {} | {} | {} |", measure.name, cells.before, cells.after, cells.growth,
           markdown_text(cells.percent));
    }
    line("");
  }

  void section(std::string_view title, std::string_view first, const std::vector<const compare::Change*>& rows,
               std::size_t omitted, std::string_view none) {
    line("### {}", title);
    line("");
    if (rows.empty()) {
      line("{}\n", none);
      return;
    }
    line("| {} | allocated | growth | in use | growth | slack in use | blocks | rehashes |", first);
    line("|---|---:|---:|---:|---:|---:|---:|---:|");
    for (const compare::Change* change : rows) row(*change);
    more(omitted, fmt::format("{}s", first));
  }

  void row(const compare::Change& change) {
    const auto of = [&change](std::size_t metric) { return cells_of(change, static_cast<compare::Metric>(metric)); };
    const auto growth = [&of](std::size_t metric) {
      const DiffCells cells = of(metric);
      if (cells.percent == cells.growth) return cells.growth;  // both "-"
      return fmt::format("{} ({})", cells.growth, markdown_text(cells.percent));
    };
    const auto step = [&of](std::size_t metric) {
      const DiffCells cells = of(metric);
      return cells.growth == "-" ? cells.after : fmt::format("{} → {}", cells.before, cells.after);
    };
    line("| {} | {} | {} | {} | {} | {} | {} | {} |", name(change), step(model::kAllocSpace),
         growth(model::kAllocSpace), step(model::kInuseSpace), growth(model::kInuseSpace),
         of(model::kInuseSlack).growth, of(model::kAllocObjects).growth, of(compare::kRehashes).growth);
  }

  static std::string name(const compare::Change& change) {
    std::string text = markdown_code(elide_end(table_of(change.table, change.kind), kMarkdownName));
    if (!change.function.empty()) {
      if (!change.location.file.empty()) text += " " + markdown_place(place_of_site(change));
      text += " " + markdown_code(elide_start(change.function, kMarkdownName));
    }
    for (const std::string& remark : remarks_on(change)) {
      text += ", " + markdown_text(elide_end(remark, kMarkdownName + 30));
    }
    return text;
  }

  const compare::Diff& diff_;
  const DiffOptions& options_;
  DiffRows rows_;
};

}  // namespace

std::string diff_markdown(const compare::Diff& diff, const DiffOptions& options) {
  return DiffComment(diff, options).write();
}

}  // namespace bucketprof::report
