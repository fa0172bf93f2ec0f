// SPDX-License-Identifier: Apache-2.0
//
// One pass over the samples, adding each to its table and its site. Thread-safe (no state).
#include "profiler/analyze/analysis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

namespace bucketprof::analyze {
namespace {

using TableKey = std::pair<model::StringId, model::StringId>;                              // name and kind
using SiteKey = std::tuple<TableKey, model::FunctionId, std::int64_t, model::LocationId>;  // location: only if nameless

// A file may hold any numbers: a sum beyond 64 bits stays at the limit.
void add(std::int64_t& sum, std::int64_t more) {
  using Limits = std::numeric_limits<std::int64_t>;
  if (__builtin_add_overflow(sum, more, &sum)) sum = more < 0 ? Limits::min() : Limits::max();
}

void add(Amounts& sum, const Amounts& more) {
  for (std::size_t i = 0; i < sum.of.size(); ++i) add(sum.of[i], more.of[i]);
  add(sum.weight, more.weight);
}

// Sorts first what weighs more; `Name` makes the order complete.
bool heavier(const Amounts& a, const Amounts& b) {
  return std::pair(a.weight, a.of[model::kAllocSpace]) > std::pair(b.weight, b.of[model::kAllocSpace]);
}

template <class T, class Name>
void sort_by_weight(std::vector<T>& rows, const Name& name) {
  std::sort(rows.begin(), rows.end(), [&name](const T& a, const T& b) {
    if (heavier(a.amounts, b.amounts) || heavier(b.amounts, a.amounts)) return heavier(a.amounts, b.amounts);
    return name(a) < name(b);
  });
}

class Analyzer {
 public:
  explicit Analyzer(const model::Profile& profile) : profile_(profile), frames_(profile) {}

  Analysis run() && {
    result_.facts = read_facts(profile_);
    find_types();
    find_keys();
    for (std::size_t i = 0; i < profile_.samples.size(); ++i) add_sample(i);
    finish_tables();
    finish_sites();
    say_what_is_missing();
    return std::move(result_);
  }

 private:
  struct TableSums {
    Amounts amounts;
    std::map<std::string_view, Amounts> parts;
    std::map<std::string_view, Amounts> causes;
  };
  struct SiteSums {
    Amounts amounts;
    FrameRef caller;
    Amounts heaviest;
    std::size_t heaviest_sample = 0;
  };
  struct Keys {
    std::optional<model::StringId> table;
    std::optional<model::StringId> kind;
    std::optional<model::StringId> part;
    std::optional<model::StringId> cause;
  };

  void find_types() {
    for (std::size_t column = 0; column < profile_.sample_types.size(); ++column) {
      const model::ValueType& type = profile_.sample_types[column];
      for (std::size_t i = 0; i < model::kSampleTypeCount; ++i) {
        if (profile_.str(type.type) != model::kSampleTypes[i].type) continue;
        result_.has[i] = true;
        columns_[i] = column;
      }
      if (type.type == profile_.default_sample_type) weight_column_ = column;
    }
    // Without a default, viewers take the last type.
    if (!weight_column_ && !profile_.sample_types.empty()) weight_column_ = profile_.sample_types.size() - 1;
    if (!weight_column_) return;
    result_.weight_type = profile_.str(profile_.sample_types[*weight_column_].type);
    result_.weight_unit = profile_.str(profile_.sample_types[*weight_column_].unit);
  }

  void find_keys() {
    for (std::size_t i = 0; i < profile_.strings.size(); ++i) {
      const auto id = static_cast<model::StringId>(i);
      if (profile_.strings[i] == model::kLabelTable) keys_.table = id;
      if (profile_.strings[i] == model::kLabelKind) keys_.kind = id;
      if (profile_.strings[i] == model::kLabelPart) keys_.part = id;
      if (profile_.strings[i] == model::kLabelCause) keys_.cause = id;
    }
  }

  Amounts amounts_of(std::size_t sample) const {
    const auto values = profile_.values(sample);
    Amounts amounts;
    for (std::size_t i = 0; i < model::kSampleTypeCount; ++i) {
      if (result_.has[i]) amounts.of[i] = values[columns_[i]];
    }
    if (weight_column_) amounts.weight = values[*weight_column_];
    return amounts;
  }

  model::StringId text_label(std::size_t sample, const std::optional<model::StringId>& key) const {
    if (!key) return 0;
    for (const model::Label& label : profile_.labels(sample)) {
      if (label.key == *key && !label.is_number) return label.str;
    }
    return 0;
  }

  void add_sample(std::size_t sample) {
    const Amounts amounts = amounts_of(sample);
    add(result_.totals, amounts);
    const TableKey key{text_label(sample, keys_.table), text_label(sample, keys_.kind)};
    if (key.first != 0) {
      TableSums& table = tables_[key];
      add(table.amounts, amounts);
      add(table.parts[profile_.str(text_label(sample, keys_.part))], amounts);
      add(table.causes[profile_.str(text_label(sample, keys_.cause))], amounts);
    }
    const FrameRef caller = frames_.caller(sample);
    const bool nameless = caller.function == model::kNone;
    SiteSums& site = sites_[{key, caller.function, caller.line, nameless ? caller.location : model::kNone}];
    if (site.caller == FrameRef() || heavier(amounts, site.heaviest)) {
      site.heaviest = amounts;
      site.heaviest_sample = sample;
      site.caller = caller;
    }
    add(site.amounts, amounts);
  }

  static std::vector<Group> groups(const std::map<std::string_view, Amounts>& sums) {
    std::vector<Group> result;
    result.reserve(sums.size());
    for (const auto& [name, amounts] : sums) result.push_back({name.empty() ? "unknown" : std::string(name), amounts});
    sort_by_weight(result, [](const Group& group) -> const std::string& { return group.name; });
    return result;
  }

  void finish_tables() {
    for (const auto& [key, sums] : tables_) {
      result_.tables.push_back({std::string(profile_.str(key.first)), std::string(profile_.str(key.second)),
                                sums.amounts, groups(sums.parts), groups(sums.causes)});
    }
    sort_by_weight(result_.tables, [](const Table& table) { return std::tie(table.name, table.kind); });
  }

  void finish_sites() {
    for (const auto& [key, sums] : sites_) {
      const TableKey& table = std::get<0>(key);
      result_.sites.push_back({std::string(profile_.str(table.first)), std::string(profile_.str(table.second)),
                               frames_.describe(sums.caller), sums.amounts, frames_.stack(sums.heaviest_sample)});
    }
    sort_by_weight(result_.sites, [](const Site& site) {
      return std::tie(site.table, site.kind, site.caller.function, site.caller.file, site.caller.line);
    });
  }

  void say_what_is_missing() {
    std::string types;
    for (std::size_t i = 0; i < model::kSampleTypeCount; ++i) {
      if (!result_.has[i]) types += fmt::format("{}{}", types.empty() ? "" : ", ", model::kSampleTypes[i].type);
    }
    if (!types.empty()) result_.missing.push_back("values of " + types + ": the profile has no such sample types");
    if (result_.tables.empty() && !profile_.samples.empty()) {
      result_.missing.push_back("tables: no sample has a `table` label, so this is not a profile of bucketprof");
    }
    const auto nameless = std::count_if(profile_.locations.begin(), profile_.locations.end(),
                                        [](const model::Location& location) { return location.lines.empty(); });
    if (nameless > 0) {
      result_.missing.push_back(fmt::format("function names of {} of {} code addresses: their files are not at hand",
                                            nameless, profile_.locations.size()));
    }
  }

  const model::Profile& profile_;
  Frames frames_;
  std::array<std::size_t, model::kSampleTypeCount> columns_{};
  std::optional<std::size_t> weight_column_;
  Keys keys_;
  std::map<TableKey, TableSums> tables_;
  std::map<SiteKey, SiteSums> sites_;
  Analysis result_;
};

}  // namespace

Analysis analyze(const model::Profile& profile) { return Analyzer(profile).run(); }

}  // namespace bucketprof::analyze
