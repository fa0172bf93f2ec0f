// SPDX-License-Identifier: Apache-2.0
//
// In-use columns come first, then those of the whole run. A profile without any of our sample types gets one column,
// of its own default type.
#include "profiler/report/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "profiler/model/schema.h"
#include "profiler/report/format/units.h"

namespace bucketprof::report {
namespace {

using facts::SampleValues;

std::string bytes_or_dash(std::int64_t value) { return value == 0 ? "-" : human_bytes(value); }
std::string count_or_dash(std::int64_t value) { return value == 0 ? "-" : grouped(value); }

}  // namespace

Columns::Columns(const analyze::Analysis& analysis) {
  const auto column = [&](model::SampleType type, std::string title, std::size_t width, bool is_bytes) {
    if (!analysis.has[type]) return;
    columns_.push_back({std::move(title), width,
                        [type, is_bytes](const SampleValues& amounts) {
                          return is_bytes ? bytes_or_dash(amounts.values[type]) : count_or_dash(amounts.values[type]);
                        },
                        type == model::kInuseSlack || type == model::kAllocSlack});
  };
  column(model::kInuseSpace, "in use", 10, true);
  column(model::kInuseObjects, "blocks", 10, false);
  column(model::kInuseSlack, "slack", 10, true);
  if (analysis.has[model::kInuseSlack]) {
    columns_.push_back({"slack %", 8,
                        [](const SampleValues& amounts) {
                          return percent(amounts.values[model::kInuseSlack], amounts.values[model::kInuseSpace]);
                        },
                        true});
  }
  column(model::kAllocSpace, "allocated", 11, true);
  column(model::kAllocObjects, "blocks", 11, false);
  column(model::kAllocSlack, "never used", 11, true);
  if (!columns_.empty()) return;
  const std::string unit = analysis.weight_unit;
  columns_.push_back({analysis.weight_type, std::max<std::size_t>(20, analysis.weight_type.size() + 1),
                      [unit](const SampleValues& amounts) { return in_unit(amounts.weight, unit); }});
}

std::string Columns::titles() const {
  std::string line;
  for (const Column& column : columns_) line += fmt::format("{:>{}}", column.title, column.width);
  return line;
}

std::string Columns::cells(const SampleValues& amounts, bool tells_slack) const {
  std::string line;
  for (const Column& column : columns_) {
    const bool known = tells_slack || !column.is_slack;
    line += fmt::format("{:>{}}", known ? column.cell(amounts) : "?", column.width);
  }
  return line;
}

std::size_t Columns::width() const {
  std::size_t width = 0;
  for (const Column& column : columns_) width += column.width;
  return width;
}

}  // namespace bucketprof::report
