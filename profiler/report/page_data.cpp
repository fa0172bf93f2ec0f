// SPDX-License-Identifier: Apache-2.0
//
// Where rows are arrays of cells, `fields` has the names of the cells; data.js combines the two.
#include "profiler/report/page_data.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>
#include <vector>

#include "profiler/base/cxx_name.h"
#include "profiler/base/saturating.h"
#include "profiler/base/version.h"
#include "profiler/model/schema.h"
#include "profiler/report/format/finding_text.h"
#include "profiler/report/format/left_out.h"
#include "profiler/report/note_text.h"
#include "profiler/report/selection.h"
#include "profiler/report/silence_text.h"

namespace bucketprof::report {
namespace {

using Json = nlohmann::ordered_json;

// Stores each frame and each stack once. A stack is its innermost frame and the id of its caller's stack, so stacks
// share their common outer frames.
class Stacks {
 public:
  std::uint32_t frame(const recognize::Frame& frame) {
    const auto key = std::tuple(text(name_of(frame.function)), text(frame.file), frame.line);
    const auto [found, is_new] = frames_.try_emplace(key, static_cast<std::uint32_t>(frames_.size()));
    if (is_new) rows_.push_back({std::get<0>(key), std::get<1>(key), frame.line});
    return found->second;
  }

  /// The stack's id; -1 if it has no frames.
  std::int64_t stack(const std::vector<recognize::Frame>& frames) {
    std::int64_t at = -1;
    for (auto inner = frames.rbegin(); inner != frames.rend(); ++inner) {
      const auto [found, is_new] = nodes_.try_emplace({at, frame(*inner)}, static_cast<std::int64_t>(nodes_.size()));
      if (is_new) {
        parents_.push_back(at);
        inner_.push_back(found->first.second);
      }
      at = found->second;
    }
    return at;
  }

  void write(Json& page) && {
    page["texts"] = std::move(texts_);
    page["frames"] = {{"fields", {"name", "file", "line"}}, {"rows", std::move(rows_)}};
    page["stacks"] = {{"callers", std::move(parents_)}, {"frames", std::move(inner_)}};
  }

 private:
  // Caches qualified_name(): it is slower than a lookup, and all stacks have the same outer frames.
  const std::string& name_of(const std::string& function) {
    const auto found = names_.find(function);
    if (found != names_.end()) return found->second;
    return names_.emplace(function, qualified_name(function)).first->second;
  }
  std::uint32_t text(const std::string& text) {
    const auto [found, is_new] = ids_.try_emplace(text, static_cast<std::uint32_t>(texts_.size()));
    if (is_new) texts_.push_back(text);
    return found->second;
  }

  std::unordered_map<std::string, std::string> names_;
  std::unordered_map<std::string, std::uint32_t> ids_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::int64_t>, std::uint32_t> frames_;
  std::map<std::pair<std::int64_t, std::uint32_t>, std::int64_t> nodes_;
  Json texts_ = Json::array();
  Json rows_ = Json::array();
  std::vector<std::int64_t> parents_;
  std::vector<std::uint32_t> inner_;
};

class DataWriter {
 public:
  DataWriter(const analyze::Analysis& analysis, const analyze::Flame& flame, const ReportOptions& options)
      : analysis_(analysis), flame_(flame), options_(options), selection_(select(analysis, options)) {}

  Json write() && {
    Json page;
    page["version"] = kVersion;
    page["facts"] = facts();
    page["missing"] = analysis_.missing;
    if (const std::string left_out = left_out_text(analysis_.facts); !left_out.empty())
      page["missing"].push_back("left out: " + left_out + "; report --all shows them");
    page["has_tables"] = !analysis_.tables.empty();  // regardless of the filters
    page["has_findings"] = !analysis_.findings.empty();
    page["types"] = Json::array();
    for (std::size_t i = 0; i < model::kSampleTypeCount; ++i) {
      if (analysis_.has[i]) page["types"].push_back(model::kSampleTypes[i].type);
    }
    page["totals"] = values(analysis_.totals, analysis_.tells_slack());
    page["told"] = values(analysis_.told);  // of the totals, the tables whose slack is known
    page["weight"] = {{"type", analysis_.weight_type}, {"unit", analysis_.weight_unit}};
    page["findings"] = Json::array();
    for (const findings::Finding* finding : selection_.findings) page["findings"].push_back(row(*finding));
    page["computes_findings"] = computes_findings(analysis_);
    page["silences"] = Json::array();
    for (const SilenceText& silence : silence_texts(analysis_)) page["silences"].push_back(silence.text);
    page["notes"] = Json::array();
    for (const analyze::Note* note : selection_.notes) page["notes"].push_back(row(*note));
    page["tables"] = {{"fields",
                       {"name", "kind", "pattern", "shape", "values", "ever", "alive", "entries", "capacity",
                        "entries_size", "growths", "same_size", "parts", "causes", "steps", "starts", "more_starts"}},
                      {"rows", Json::array()}};
    for (const analyze::Table* table : selection_.tables) page["tables"]["rows"].push_back(row(*table));
    page["sites"] = {{"fields", {"table", "kind", "pattern", "shape", "values", "caller", "stack"}},
                     {"rows", Json::array()}};
    for (const analyze::Site* site : selection_.sites) page["sites"]["rows"].push_back(row(*site));
    page["omitted"] = {{"findings", selection_.more_findings},
                       {"notes", selection_.more_notes},
                       {"tables", selection_.more_tables},
                       {"sites", selection_.more_sites}};
    std::move(stacks_).write(page);
    page["flame"] = flame();
    return page;
  }

 private:
  Json facts() const {
    const facts::Facts& facts = analysis_.facts;
    Json moments = Json::array();
    for (const facts::Moment& moment : facts.moments) {
      moments.push_back({{"at", moment.at},
                         {model::kSampleTypes[model::kInuseSpace].type, moment.inuse_space},
                         {"after", moment.after}});
    }
    return {{"files", options_.files},        {"program", facts.program}, {"library_version", facts.version},
            {"time_nanos", facts.time_nanos}, {"interval", facts.period}, {"moments", moments},
            {"losses", facts.losses}};
  }

  // One value for each of `types`, then the weight. Slack that is not known is null.
  Json values(const facts::SampleValues& amounts, bool tells_slack = true) const {
    Json row = Json::array();
    for (std::size_t i = 0; i < model::kSampleTypeCount; ++i) {
      const bool known = tells_slack || (i != model::kInuseSlack && i != model::kAllocSlack);
      if (analysis_.has[i]) row.push_back(known ? Json(amounts.values[i]) : Json());
    }
    row.push_back(amounts.weight);
    return row;
  }

  Json row(const findings::Finding& finding) {
    Json evidence = Json::array();
    for (const findings::Evidence& item : finding.evidence) evidence.push_back({item.name, item.value, item.unit});
    return {{"id", name_of(finding.id)},
            {"sentence", sentence_of(finding)},
            {"advice", advice_of(finding.advice())},
            {"tables", finding.tables},
            {"kind", finding.kind},
            {"site", stacks_.frame(finding.site)},
            {"stack", stacks_.stack(finding.stack)},
            {"evidence", evidence},
            {"avoidable", finding.avoidable},
            {"savings", savings_of(finding)}};
  }

  Json row(const analyze::Note& note) {
    return {{"id", name_of(note.id)},
            {"table", table_of(note.table, note.kind)},
            {"sentence", sentence_of(note)},
            {"site", stacks_.frame(note.site)}};
  }

  static Json or_null(const analyze::Count& count) { return count ? Json(*count) : Json(); }

  Json groups(const std::vector<analyze::Group>& groups, bool tells_slack) const {
    Json rows = Json::array();
    for (const analyze::Group& group : groups) rows.push_back({group.name, values(group.amounts, tells_slack)});
    return rows;
  }

  Json row(const analyze::Table& table) const {
    const analyze::Counts& counts = table.counts;
    Json steps = Json::array();
    for (const analyze::Step& step : table.steps) {
      const auto& values = step.amounts.values;
      steps.push_back({step.slots, step.bytes, values[model::kAllocObjects], values[model::kInuseObjects]});
    }
    std::vector<analyze::Start> heaviest = table.starts;
    std::int64_t more = 0;
    if (heaviest.size() > kMostStarts) {
      std::sort(heaviest.begin(), heaviest.end(),
                [](const analyze::Start& a, const analyze::Start& b) { return a.tables > b.tables; });
      for (std::size_t i = kMostStarts; i < heaviest.size(); ++i) add_saturated(more, heaviest[i].tables);
      heaviest.resize(kMostStarts);
    }
    Json starts = Json::array();
    for (const analyze::Start& start : heaviest) starts.push_back({start.hint, start.peak, start.tables, start.bytes});
    return {table.name,
            table.kind,
            name_of(table.pattern),
            name_of(table.shape),
            values(table.amounts, table.tells_slack),
            or_null(counts.ever),
            or_null(counts.alive),
            or_null(counts.entries),
            or_null(counts.capacity),
            or_null(counts.entries_size),
            or_null(counts.growths),
            or_null(counts.same_size),
            groups(table.parts, table.tells_slack),
            groups(table.causes, table.tells_slack),
            steps,
            starts,
            more};
  }

  Json row(const analyze::Site& site) {
    return {site.table,
            site.kind,
            name_of(site.pattern),
            name_of(site.shape),
            values(site.amounts, site.tells_slack),
            stacks_.frame(site.caller),
            stacks_.stack(site.stack)};
  }

  // `own` has one array per node, without trailing zeros: most nodes have only zeros.
  Json flame() const {
    Json types = Json::array();
    for (const analyze::FlameType& type : flame_.types) types.push_back({type.type, type.unit});
    Json names = Json::array();
    Json parents = Json::array();
    Json own = Json::array();
    for (std::size_t node = 0; node < flame_.nodes.size(); ++node) {
      names.push_back(flame_.nodes[node].name);
      parents.push_back(flame_.nodes[node].parent);
      auto values = flame_.own_of(node);
      while (!values.empty() && values.back() == 0) values = values.first(values.size() - 1);
      own.push_back(values);
    }
    Json container = Json::array();
    for (std::size_t i = 0; i < flame_.container.size(); ++i) {
      if (flame_.container[i]) container.push_back(i);
    }
    return {{"types", types},
            {"weight", flame_.weight},
            {"texts", flame_.names},
            {"container", container},
            {"names", names},
            {"parents", parents},
            {"own", own}};
  }

  const analyze::Analysis& analysis_;
  const analyze::Flame& flame_;
  const ReportOptions& options_;
  Selection selection_;
  Stacks stacks_;
};

// Escapes markup and line terminators. JSON has these only inside strings, where an escape has the same meaning.
std::string without_markup(const std::string& json) {
  std::string result;
  result.reserve(json.size() + json.size() / 64);
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '<') {
      result += "\\u003c";
    } else if (c == '>') {
      result += "\\u003e";
    } else if (c == '&') {
      result += "\\u0026";
    } else if (c == '\xe2' && (json.compare(i, 3, "\xe2\x80\xa8") == 0 || json.compare(i, 3, "\xe2\x80\xa9") == 0)) {
      result += json[i + 2] == '\xa8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace

std::string page_data(const analyze::Analysis& analysis, const analyze::Flame& flame, const ReportOptions& options) {
  const Json page = DataWriter(analysis, flame, options).write();
  return without_markup(page.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace bucketprof::report
