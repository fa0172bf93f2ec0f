// SPDX-License-Identifier: Apache-2.0
//
// Keeps the order of fields as written here. Thread-safe (no state).
#include "profiler/report/json.h"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <vector>

#include "profiler/base/version.h"
#include "profiler/model/schema.h"
#include "profiler/report/selection.h"

namespace bucketprof::report {
namespace {

using Json = nlohmann::ordered_json;

class Writer {
 public:
  Writer(const analyze::Analysis& analysis, const Options& options)
      : analysis_(analysis), options_(options), selection_(select(analysis, options)) {}

  Json write() const {
    Json page;
    page["version"] = kJsonVersion;
    page["tool"] = {{"name", "bucketprof"}, {"version", kVersion}};
    page["profile"] = profile();
    page["missing"] = analysis_.missing;
    page["totals"] = values(analysis_.totals);
    page["tables"] = Json::array();
    for (const analyze::Table* table : selection_.tables) page["tables"].push_back(row(*table));
    page["sites"] = Json::array();
    for (const analyze::Site* site : selection_.sites) page["sites"].push_back(row(*site));
    page["omitted"] = {{"tables", selection_.more_tables}, {"sites", selection_.more_sites}};
    return page;
  }

 private:
  Json profile() const {
    const analyze::Facts& facts = analysis_.facts;
    Json moments = Json::array();
    for (const analyze::Moment& moment : facts.moments) {
      moments.push_back({{"at", moment.at}, {"inuse_space", moment.inuse_space}, {"after", moment.after}});
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

  Json values(const analyze::Amounts& amounts) const {
    Json result;
    for (std::size_t i = 0; i < model::kSampleTypeCount; ++i) {
      if (analysis_.has[i]) result[model::kSampleTypes[i].type] = amounts.of[i];
    }
    result["weight"] = amounts.weight;
    return result;
  }

  Json groups(const std::vector<analyze::Group>& groups) const {
    Json rows = Json::array();
    for (const analyze::Group& group : groups)
      rows.push_back({{"name", group.name}, {"values", values(group.amounts)}});
    return rows;
  }

  Json row(const analyze::Table& table) const {
    return {{"table", table.name},
            {"kind", table.kind},
            {"values", values(table.amounts)},
            {"parts", groups(table.parts)},
            {"causes", groups(table.causes)}};
  }

  static Json frame(const analyze::Frame& frame) {
    return {{"function", frame.function}, {"file", frame.file}, {"line", frame.line}};
  }

  Json row(const analyze::Site& site) const {
    Json stack = Json::array();
    for (const analyze::Frame& one : site.stack) stack.push_back(frame(one));
    return {{"table", site.table},
            {"kind", site.kind},
            {"caller", frame(site.caller)},
            {"values", values(site.amounts)},
            {"stack", stack}};
  }

  const analyze::Analysis& analysis_;
  const Options& options_;
  Selection selection_;
};

}  // namespace

std::string json(const analyze::Analysis& analysis, const Options& options) {
  return Writer(analysis, options).write().dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace bucketprof::report
