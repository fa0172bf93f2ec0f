// SPDX-License-Identifier: Apache-2.0
#include "profiler/compare/baseline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace bucketprof::compare {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;
constexpr std::string_view kBegin = "{\n \"bucketprof_baseline\": ";

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

void write(Json& row, const Cost& cost) {
  row["values"] = cost.values;
  if (std::any_of(cost.variance.begin(), cost.variance.end(), [](double v) { return v != 0; })) {
    Json variance = Json::array();  // six significant digits are enough
    for (const double v : cost.variance) variance.push_back(std::stod(fmt::format("{:.5e}", v)));
    row["variance"] = std::move(variance);
  }
}

template <class Rows, class Write>
void list(std::string& text, std::string_view name, const Rows& rows, const Write& write_row) {
  text += fmt::format(",\n \"{}\": [", name);
  bool first = true;
  for (const auto& row : rows) {
    Json json;
    write_row(json, row);
    text += fmt::format("{}\n  {}", first ? "" : ",", dump(json));
    first = false;
  }
  text += first ? "]" : "\n ]";
}

Json metric_names() {
  Json names = Json::array();
  for (std::size_t i = 0; i < kCostCount; ++i) names.push_back(name_of(static_cast<Metric>(i)));
  return names;
}

struct BadBaseline {
  std::string message;
};

std::string read_text(const Json& row, const char* key) {
  const auto found = row.find(key);
  if (found == row.end() || !found->is_string()) throw BadBaseline{fmt::format("'{}' is not a text", key)};
  return found->get<std::string>();
}

std::int64_t read_number(const Json& row, const char* key) {
  const auto found = row.find(key);
  if (found == row.end() || !found->is_number_integer())
    throw BadBaseline{fmt::format("'{}' is not a whole number", key)};
  return found->get<std::int64_t>();
}

std::vector<Name> read_names(const Json& row, const char* key) {
  const auto list = row.find(key);
  if (list == row.end() || !list->is_array()) throw BadBaseline{fmt::format("'{}' is not a list", key)};
  std::vector<Name> names;
  for (const Json& item : *list) {
    if (!item.is_string()) throw BadBaseline{fmt::format("'{}' are not texts", key)};
    names.emplace_back(item.get<std::string>());
  }
  return names;
}

double read_variance(const Json& value) {
  const double variance = value.is_number() ? value.get<double>() : -1;
  if (!std::isfinite(variance) || variance < 0) throw BadBaseline{"'variance' is not a number of at least 0"};
  return variance;
}

Cost read_cost(const Json& row) {
  Cost cost;
  const auto values = row.find("values");
  if (values == row.end() || !values->is_array() || values->size() != kCostCount)
    throw BadBaseline{fmt::format("'values' are not {} numbers", kCostCount)};
  const auto variances = row.find("variance");
  if (variances != row.end() && (!variances->is_array() || variances->size() != kCostCount))
    throw BadBaseline{fmt::format("'variance' is not {} numbers", kCostCount)};
  for (std::size_t i = 0; i < kCostCount; ++i) {
    if (!(*values)[i].is_number_integer()) throw BadBaseline{"'values' are not whole numbers"};
    cost.values[i] = (*values)[i].get<std::int64_t>();
    if (variances != row.end()) cost.variance[i] = read_variance((*variances)[i]);
  }
  return cost;
}

template <class Row, class Read>
void read_list(const Json& file, const char* name, std::vector<Row>& rows, const Read& read_row) {
  const auto found = file.find(name);
  if (found == file.end() || !found->is_array()) throw BadBaseline{fmt::format("'{}' is not a list", name)};
  for (std::size_t i = 0; i < found->size(); ++i) {
    try {
      if (!(*found)[i].is_object()) throw BadBaseline{"not an object"};
      rows.push_back(read_row((*found)[i]));
    } catch (const BadBaseline& error) {
      throw BadBaseline{fmt::format("{} {}: {}", name, i + 1, error.message)};
    }
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return key_of(a) < key_of(b); });
  const auto twice =
      std::adjacent_find(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return key_of(a) == key_of(b); });
  if (twice != rows.end()) throw BadBaseline{fmt::format("{}: '{}' is there twice", name, twice->table)};
}

/// False if the row lacks it.
bool read_flag(const Json& row, const char* name) {
  const auto found = row.find(name);
  if (found == row.end()) return false;
  if (!found->is_boolean()) throw BadBaseline{fmt::format("'{}' is not true or false", name)};
  return found->get<bool>();
}

Costs read(const Json& file) {
  if (!file.is_object() || !file.contains("bucketprof_baseline")) throw BadBaseline{"not a baseline of bucketprof"};
  if (const std::int64_t format = read_number(file, "bucketprof_baseline"); format != kFormat)
    throw BadBaseline{
        fmt::format("its format is {}, this version reads {}: write it anew with --update-baseline", format, kFormat)};
  Costs costs;
  costs.program = read_text(file, "program");
  costs.interval = read_number(file, "interval");
  costs.moment = read_text(file, "moment");
  costs.runs = read_number(file, "runs");
  if (costs.interval < 1 || costs.runs < 1) throw BadBaseline{"'interval' and 'runs' are at least 1"};
  costs.losses = read_number(file, "losses");
  if (const auto slack = file.find("tells_slack"); slack != file.end()) {
    if (!slack->is_boolean()) throw BadBaseline{"'tells_slack' is not true or false"};
    costs.tells_slack = slack->get<bool>();
  }
  if (const auto metrics = file.find("metrics"); metrics == file.end() || *metrics != metric_names())
    throw BadBaseline{"'metrics' are not those of this version: write it anew with --update-baseline"};
  if (!file.contains("total") || !file["total"].is_object()) throw BadBaseline{"'total' is missing"};
  costs.total = read_cost(file["total"]);
  read_list(file, "tables", costs.tables, [](const Json& row) {
    TableCost table{read_text(row, "table"), read_text(row, "kind"), read_cost(row)};
    if (row.contains("silence")) table.silence = findings::silence_of(read_text(row, "silence"));
    table.looked_at = read_flag(row, "looked_at");
    return table;
  });
  read_list(file, "sites", costs.sites, [](const Json& row) {
    SiteCost site{read_text(row, "table"), read_text(row, "kind"), read_text(row, "function"), {}, read_cost(row), {}};
    const std::vector<Name> callers = read_names(row, "callers");
    std::copy_n(callers.begin(), std::min(callers.size(), kCallers), site.callers.begin());
    if (row.contains("also")) site.also = read_names(row, "also");
    site.looked_at = read_flag(row, "looked_at");
    return site;
  });
  read_list(file, "findings", costs.findings, [](const Json& row) {
    FindingCost finding;
    finding.id = read_text(row, "id");
    finding.table = read_text(row, "table");
    finding.function = read_text(row, "function");
    finding.avoidable = read_number(row, "avoidable");
    finding.worth_reporting = read_number(row, "findings");
    if (row.contains("variance")) finding.variance = read_variance(row["variance"]);
    return finding;
  });
  return costs;
}

}  // namespace

std::string write_baseline(const Costs& costs) {
  Json total;
  write(total, costs.total);
  std::string text = fmt::format("{}{}", kBegin, kFormat);
  text += fmt::format(",\n \"program\": {},\n \"interval\": {},\n \"moment\": {},\n \"runs\": {},\n \"losses\": {}",
                      dump(costs.program), costs.interval, dump(costs.moment), costs.runs, costs.losses);
  if (!costs.tells_slack) text += ",\n \"tells_slack\": false";
  text += fmt::format(",\n \"metrics\": {},\n \"total\": {}", dump(metric_names()), dump(total));
  list(text, "tables", costs.tables, [](Json& json, const TableCost& row) {
    json["table"] = row.table.str();
    json["kind"] = row.kind.str();
    write(json, row.cost);
    if (row.silence != findings::Silence::kNone) json["silence"] = name_of(row.silence);
    if (row.looked_at) json["looked_at"] = true;
  });
  list(text, "sites", costs.sites, [](Json& json, const SiteCost& row) {
    json["table"] = row.table.str();
    json["kind"] = row.kind.str();
    json["function"] = row.function.str();
    write(json, row.cost);
    json["callers"] = Json::array();
    for (const Name& caller : row.callers) {
      if (!caller.empty()) json["callers"].push_back(caller.str());
    }
    for (const Name& caller : row.also) json["also"].push_back(caller.str());
    if (row.looked_at) json["looked_at"] = true;
  });
  list(text, "findings", costs.findings, [](Json& json, const FindingCost& row) {
    json["id"] = row.id.str();
    json["table"] = row.table.str();
    json["function"] = row.function.str();
    json["findings"] = row.worth_reporting;
    json["avoidable"] = row.avoidable;
    if (row.variance != 0) json["variance"] = std::stod(fmt::format("{:.5e}", row.variance));
  });
  return text + "\n}\n";
}

bool looks_like_baseline(std::string_view bytes) {
  const std::size_t start = bytes.find_first_not_of(" \t\r\n");
  return start != std::string_view::npos && bytes[start] == '{';
}

Result<Costs> read_baseline(std::string_view bytes) {
  try {
    return read(Json::parse(bytes));
  } catch (const Json::exception& error) {
    const std::string_view what = error.what();
    const std::size_t text =
        what.find("] ");  // "[json.exception.parse_error.101] parse error at line 1, column 5: ..."
    return Error{std::string(text == std::string_view::npos ? what : what.substr(text + 2))};
  } catch (const BadBaseline& error) {
    return Error{error.message};
  }
}

}  // namespace bucketprof::compare
