// SPDX-License-Identifier: Apache-2.0
//
// The output has its fields in the order in which they are assigned here.
#include "profiler/report/json.h"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <vector>

#include "profiler/base/version.h"
#include "profiler/model/schema.h"
#include "profiler/report/format/finding_text.h"
#include "profiler/report/note_text.h"
#include "profiler/report/selection.h"
#include "profiler/report/silence_text.h"

namespace bucketprof::report {
namespace {

using Json = nlohmann::ordered_json;

class Writer {
 public:
  Writer(const analyze::Analysis& analysis, const ReportOptions& options)
      : analysis_(analysis), options_(options), selection_(select(analysis, options)) {}

  Json write() const {
    Json page;
    page["version"] = kJsonVersion;
    page["tool"] = {{"name", "bucketprof"}, {"version", kVersion}};
    page["profile"] = profile();
    page["missing"] = analysis_.missing;
    page["totals"] = values(analysis_.totals, analysis_.tells_slack());
    if (analysis_.has[model::kAllocSlack] && analysis_.told.values != analysis_.totals.values)
      page["slack_of"] = space(analysis_.told);
    if (analysis_.facts.classified) page["left_out"] = space(analysis_.facts.other);
    page["findings"] = Json::array();
    for (const findings::Finding* finding : selection_.findings) page["findings"].push_back(row(*finding));
    page["findings_unknown"] = findings_unknown();
    page["notes"] = Json::array();
    for (const analyze::Note* note : selection_.notes) page["notes"].push_back(row(*note));
    page["tables"] = Json::array();
    for (const analyze::Table* table : selection_.tables) page["tables"].push_back(row(*table));
    page["sites"] = Json::array();
    for (const analyze::Site* site : selection_.sites) page["sites"].push_back(row(*site));
    page["omitted"] = {{"findings", selection_.more_findings},
                       {"notes", selection_.more_notes},
                       {"tables", selection_.more_tables},
                       {"sites", selection_.more_sites}};
    return page;
  }

 private:
  Json profile() const {
    const facts::Facts& facts = analysis_.facts;
    Json moments = Json::array();
    for (const facts::Moment& moment : facts.moments) {
      moments.push_back({{"at", moment.at},
                         {model::kSampleTypes[model::kInuseSpace].type, moment.inuse_space},
                         {"after", moment.after}});
    }
    return {{"files", options_.files},
            {"program", facts.program},
            {"library_version", facts.version},
            {"time_nanos", facts.time_nanos},
            {"interval", facts.period},
            {"moments", moments},
            {"losses", facts.losses},
            {"weight", {{"type", analysis_.weight_type}, {"unit", analysis_.weight_unit}}}};
  }

  static Json or_null(const analyze::Count& count) { return count ? Json(*count) : Json(); }

  /// Slack that is not known is null.
  Json values(const facts::SampleValues& amounts, bool tells_slack = true) const {
    Json result;
    for (std::size_t i = 0; i < model::kSampleTypeCount; ++i) {
      const bool known = tells_slack || (i != model::kInuseSlack && i != model::kAllocSlack);
      if (analysis_.has[i]) result[model::kSampleTypes[i].type] = known ? Json(amounts.values[i]) : Json();
    }
    result["weight"] = amounts.weight;
    return result;
  }

  /// Without the slack types: of the allocations of no known hash table, or of tables whose slack is known.
  Json space(const facts::SampleValues& amounts) const {
    Json result;
    for (std::size_t i = 0; i <= model::kInuseSpace; ++i) {
      if (analysis_.has[i]) result[model::kSampleTypes[i].type] = amounts.values[i];
    }
    return result;
  }

  Json findings_unknown() const {
    Json rows = Json::array();
    for (const SilenceText& silence : silence_texts(analysis_))
      rows.push_back({{"reason", silence.reason}, {"tables", silence.tables}, {"text", silence.text}});
    return rows;
  }

  static Json row(const analyze::Note& note) {
    return {{"id", name_of(note.id)},
            {"table", note.table},
            {"kind", note.kind},
            {"sentence", sentence_of(note)},
            {"site", frame(note.site)},
            {"arrays", note.arrays},
            {"bytes", note.bytes},
            {"in_use", note.in_use},
            {"slots", note.slots == 0 ? Json() : Json(note.slots)},
            {"nodes", note.nodes}};
  }

  Json groups(const std::vector<analyze::Group>& groups, bool tells_slack) const {
    Json rows = Json::array();
    for (const analyze::Group& group : groups)
      rows.push_back({{"name", group.name}, {"values", values(group.amounts, tells_slack)}});
    return rows;
  }

  static Json row(const findings::Finding& finding) {
    Json evidence = Json::object();
    for (const findings::Evidence& item : finding.evidence)
      evidence[item.name] = {{"value", item.value}, {"unit", item.unit}};
    Json stack = Json::array();
    for (const recognize::Frame& stack_frame : finding.stack) stack.push_back(frame(stack_frame));
    return {{"id", name_of(finding.id)},
            {"key", finding.key},
            {"sentence", sentence_of(finding)},
            {"advice", advice_of(finding.advice())},
            {"reserve", finding.reserve ? Json(*finding.reserve) : Json()},
            {"tables", finding.tables},
            {"kind", finding.kind},
            {"site", frame(finding.site)},
            {"reserved_at", finding.reserved_at ? frame(*finding.reserved_at) : Json()},
            {"avoidable", finding.avoidable},
            {"of", model::kSampleTypes[finding.of_inuse ? model::kInuseSpace : model::kAllocSpace].type},
            {"avoidable_inuse", finding.avoidable_inuse},
            {"error", finding.error},
            {"confidence", name_of(finding.confidence)},
            {"basis", name_of(finding.basis)},
            {"note", finding.is_note},
            {"evidence", evidence},
            {"stack", stack}};
  }

  Json row(const analyze::Table& table) const {
    const analyze::Counts& counts = table.counts;
    Json steps = Json::array();
    for (const analyze::Step& step : table.steps) {
      steps.push_back(
          {{"slots", step.slots}, {"bytes", step.bytes}, {"values", values(step.amounts, table.tells_slack)}});
    }
    Json starts = Json::array();
    for (const analyze::Start& start : table.starts) {
      starts.push_back({{"hint", start.hint},
                        {"slots", start.slots},
                        {"peak", start.peak},
                        {"tables", start.tables},
                        {"bytes", start.bytes}});
    }
    Json held = Json::array();
    for (const analyze::Held& sizes : table.held) {
      held.push_back({{"slots", sizes.slots}, {"arrays", sizes.arrays}, {"least", sizes.least}, {"most", sizes.most}});
    }
    Json written = {{"table", table.name},
                    {"kind", table.kind},
                    {"values", values(table.amounts, table.tells_slack)},
                    {"parts", groups(table.parts, table.tells_slack)},
                    {"causes", groups(table.causes, table.tells_slack)},
                    {"ever", or_null(counts.ever)},
                    {"alive", or_null(counts.alive)},
                    {"entries", or_null(counts.entries)},
                    {"capacity", or_null(counts.capacity)},
                    {"entries_size", or_null(counts.entries_size)},
                    {"growths", or_null(counts.growths)},
                    {"same_size_growths", or_null(counts.same_size)},
                    {"pattern", name_of(table.pattern)},
                    {"shape", name_of(table.shape)},
                    {"steps", steps},
                    {"starts", starts}};
    if (!held.empty()) written["held"] = std::move(held);
    return written;
  }

  static Json frame(const recognize::Frame& frame) {
    return {{"function", frame.function}, {"file", frame.file}, {"line", frame.line}};
  }

  Json row(const analyze::Site& site) const {
    Json stack = Json::array();
    for (const recognize::Frame& stack_frame : site.stack) stack.push_back(frame(stack_frame));
    return {{"table", site.table},
            {"kind", site.kind},
            {"caller", frame(site.caller)},
            {"pattern", name_of(site.pattern)},
            {"shape", name_of(site.shape)},
            {"values", values(site.amounts, site.tells_slack)},
            {"stack", stack}};
  }

  const analyze::Analysis& analysis_;
  const ReportOptions& options_;
  Selection selection_;
};

}  // namespace

std::string json(const analyze::Analysis& analysis, const ReportOptions& options) {
  return Writer(analysis, options).write().dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace bucketprof::report
