// SPDX-License-Identifier: Apache-2.0
//
// Samples are first summed by the profile's ids, so that stable names are computed only once for each sum.
#include "profiler/compare/costs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "profiler/base/hash.h"
#include "profiler/base/saturating.h"
#include "profiler/base/statistics.h"
#include "profiler/compare/stable_name.h"
#include "profiler/facts/facts.h"
#include "profiler/facts/sample_facts.h"
#include "profiler/facts/sample_values.h"
#include "profiler/findings/blocks.h"
#include "profiler/findings/findings.h"
#include "profiler/model/index_table.h"
#include "profiler/tables/kind.h"

namespace bucketprof::compare {
namespace {

/// Direct callers kept for each site in addition to those of its heaviest stack.
constexpr std::size_t kOthers = 12;

/// Frames where a process or thread starts. Their names depend on whether the C library has debug information.
bool is_start(const std::string& name) {
  return name == "_start" || name == "start_thread" || name == "clone" || name == "clone3" || name == "[libc]" ||
         name.starts_with("__libc_start");
}

bool is_first(const std::string& name) { return name == "main" || name == "{static initialization}"; }

/// Code of a standard library without symbols.
bool is_standard(const std::string& name) { return name == "[libstdc++]" || name == "[libc++]"; }

void add_name(std::vector<Name>& names, Name name) {
  if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

/// Keeps the callers that are not in the site's heaviest stack, sorted.
void keep_others(SiteCost& site) {
  std::erase_if(site.also, [&](Name name) {
    return std::find(site.callers.begin(), site.callers.end(), name) != site.callers.end();
  });
  std::sort(site.also.begin(), site.also.end());
  if (site.also.size() > kOthers) site.also.resize(kOthers);
  site.also.shrink_to_fit();
}

/// The variance added by rounding an estimate of n blocks to a whole number: f * (1 - f) for the fraction f, because it
/// is rounded up with the probability f. `weight` is the number of blocks that one sampled block stands for.
double rounding_variance(std::int64_t n, double weight) {
  const double exact = std::round(static_cast<double>(n) / weight) * weight;
  const double fraction = exact - std::floor(exact);
  return fraction * (1 - fraction);
}

/// The cost of one sample: n blocks of b bytes each. Each block adds (1-p)/p to the variance of their number (blocks.h)
/// and b squared times that to the variance of their bytes. For slack only the sum is known. As the slack of a block is
/// at most b, the squares sum to at most b times that sum.
Cost cost_of(const facts::SampleFacts& facts, std::int64_t interval) {
  Cost cost;
  std::copy(facts.amounts.values.begin(), facts.amounts.values.end(), cost.values.begin());
  const bool is_rehash = facts.part == hashmap::Part::kBuckets && hashmap::replaces_array(facts.cause);
  if (is_rehash) cost.values[kRehashes] = cost.values[model::kAllocObjects];
  const double per_block = findings::variance_a_block(facts.bytes, interval);
  if (per_block == 0) return cost;
  const auto bytes = static_cast<double>(facts.bytes);
  for (const auto& [objects, space, slack] : {std::tuple{model::kAllocObjects, model::kAllocSpace, model::kAllocSlack},
                                              {model::kInuseObjects, model::kInuseSpace, model::kInuseSlack}}) {
    const auto n = static_cast<double>(std::max<std::int64_t>(0, cost.values[objects]));
    const double held = static_cast<double>(std::max<std::int64_t>(0, cost.values[slack])) / bytes;
    const double rounding = rounding_variance(cost.values[objects], 1 + per_block);
    cost.variance[objects] = per_block * n + rounding;
    cost.variance[space] = (per_block * n + rounding) * bytes * bytes;
    cost.variance[slack] = (per_block * held + rounding * (n > 0 ? held / n : 0)) * bytes * bytes;
  }
  if (is_rehash) cost.variance[kRehashes] = cost.variance[model::kAllocObjects];
  return cost;
}

/// Stable names, each computed once.
class StableNames {
 public:
  explicit StableNames(std::string (*stable_name)(std::string_view)) : stable_name_(stable_name) {}

  Name of(std::string_view name) {
    const auto [known, is_new] = names_.try_emplace(std::string(name));
    if (is_new) known->second = stable_name_(name);
    return known->second;
  }

 private:
  std::string (*stable_name_)(std::string_view);
  std::unordered_map<std::string, Name> names_;
};

/// What samples are summed by: table, kind, and function; or the location, if that has no function.
struct SumKey {
  model::StringId table = 0;
  model::StringId kind = 0;
  std::uint32_t place = 0;  // function id; or location id + number of functions
  friend bool operator==(const SumKey&, const SumKey&) = default;
};

class Collector {
 public:
  explicit Collector(const model::Profile& profile) : profile_(profile), reader_(profile), frames_(profile) {}

  Costs run(bool with_findings) {
    read_header();
    names_.resize(profile_.functions.size());
    texts_.resize(profile_.strings.size());
    roles_.resize(profile_.functions.size());
    for (std::size_t i = 0; i < profile_.samples.size(); ++i) add_sample(i);
    for (const Sum& sum : sums_) add_named(sum);
    std::vector<Sum>().swap(sums_);
    add_tables();
    for (SiteCost& site : costs_.sites) keep_others(site);
    sort_sites();
    if (with_findings) add_findings();
    return std::move(costs_);
  }

 private:
  struct Sum {
    SumKey key;
    Cost cost;
    std::int64_t heaviest = -1;  // bytes of the heaviest sample
    std::size_t sample = 0;
    recognize::FrameRef caller;
    std::vector<Name> nearest{};  // direct callers, from all stacks
    findings::FillEvidence fill{};
  };

  void read_header() {
    const facts::Facts facts = facts::read_facts(profile_);
    costs_.program = facts.program.substr(facts.program.rfind('/') + 1);
    costs_.interval = std::max<std::int64_t>(1, profile_.period);
    costs_.tells_slack = !facts.classified;
    for (const facts::Moment& moment : facts.moments) {
      const std::string& asked = moment.asked;
      costs_.moment = costs_.moment.empty() || costs_.moment == asked ? asked : "several";
    }
    for (const char* loss : {"blocks", "nested", "frees", "tables", "incomplete_snapshot"}) {
      const auto found = facts.losses.find(loss);
      if (found != facts.losses.end()) add_saturated(costs_.losses, found->second);
    }
  }

  void add_sample(std::size_t sample) {
    const facts::SampleFacts facts = reader_.read(sample);
    if (facts.table == 0) return;
    const Cost cost = cost_of(facts, costs_.interval);
    add(costs_.total, cost);
    const recognize::FrameRef caller = frames_.caller(sample);
    const bool nameless = caller.function == model::kNone;
    const auto functions = static_cast<std::uint32_t>(profile_.functions.size());
    const SumKey key{facts.table, facts.kind, nameless ? functions + caller.location : caller.function};
    const std::uint64_t hash = mix(mix(key.table, key.kind), key.place);
    const std::uint32_t index = known_sums_.find_or_insert(hash, static_cast<std::uint32_t>(sums_.size()),
                                                           [&](std::uint32_t at) { return sums_[at].key == key; });
    if (index == sums_.size()) sums_.push_back({.key = key, .cost = {}, .caller = caller});
    Sum& sum = sums_[index];
    add(sum.cost, cost);
    sum.fill.add(facts);
    add_name(sum.nearest, callers(sample, caller, 1).front());
    const std::int64_t weight = cost.values[model::kAllocSpace];
    if (weight < sum.heaviest) return;
    // The order of samples varies with the threads, so equal weights are ordered by their callers.
    if (weight > sum.heaviest || callers(sample, caller) < callers(sum.sample, sum.caller)) {
      sum.heaviest = weight;
      sum.sample = sample;
      sum.caller = caller;
    }
  }

  void add_named(const Sum& sum) {
    SiteCost site;
    site.table = stable_tables_.of(profile_.str(sum.key.table));
    site.kind = text(sum.key.kind);
    site.function = function_name(sum.caller);
    const std::uint64_t hash = mix(mix(site.table.hash(), site.kind.hash()), site.function.hash());
    const std::uint32_t index =
        known_sites_.find_or_insert(hash, static_cast<std::uint32_t>(costs_.sites.size()),
                                    [&](std::uint32_t at) { return key_of(costs_.sites[at]) == key_of(site); });
    if (index == costs_.sites.size()) {
      costs_.sites.push_back(site);
      heaviest_.push_back(-1);
      site_fills_.emplace_back();
    }
    fills_[{site.table, site.kind}].add(sum.fill);
    site_fills_[index].add(sum.fill);
    SiteCost& same = costs_.sites[index];
    add(same.cost, sum.cost);
    for (const Name name : sum.nearest) add_name(same.also, name);
    const Callers called_by = callers(sum.sample, sum.caller);
    const std::int64_t before = heaviest_[index];
    if (sum.heaviest < before || (sum.heaviest == before && called_by >= same.callers)) return;
    heaviest_[index] = sum.heaviest;
    same.callers = called_by;
    same.location = place_of(sum.caller);
  }

  /// Sorts indices, so that each of the large rows is moved only once.
  void sort_sites() {
    std::vector<std::uint32_t> order(costs_.sites.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(),
              [this](std::uint32_t a, std::uint32_t b) { return key_of(costs_.sites[a]) < key_of(costs_.sites[b]); });
    std::vector<SiteCost> sorted;
    sorted.reserve(order.size());
    for (const std::uint32_t i : order) sorted.push_back(std::move(costs_.sites[i]));
    costs_.sites = std::move(sorted);
  }

  void add_tables() {
    std::map<std::pair<Name, Name>, Cost> tables;
    for (const SiteCost& site : costs_.sites) add(tables[{site.table, site.kind}], site.cost);
    for (const auto& [key, cost] : tables) {
      const findings::FillEvidence& fill = fills_[key];
      const findings::Silence silence = fill.silence(tables::kind_of(key.second.str()), !costs_.tells_slack);
      costs_.tables.push_back({key.first, key.second, cost, silence, !costs_.tells_slack && fill.is_looked_at()});
    }
    for (std::size_t i = 0; i < costs_.sites.size(); ++i)
      costs_.sites[i].looked_at = !costs_.tells_slack && site_fills_[i].tells_fill() &&
                                  fills_[{costs_.sites[i].table, costs_.sites[i].kind}].is_looked_at();
  }

  Name text(model::StringId id) {
    Name& name = texts_[id];
    if (name.empty() && id != 0) name = profile_.str(id);
    return name;
  }

  Place place_of(const recognize::FrameRef& caller) {
    if (caller.function == model::kNone) {
      const recognize::Frame frame = frames_.describe(caller);
      return {frame.function, frame.file, frame.line};
    }
    const model::Function& function = profile_.functions[caller.function];
    return {text(function.name), text(function.file), caller.line};
  }

  /// Without symbols, only the file name is the same in every run; for a library, without its version.
  Name function_name(const recognize::FrameRef& frame) {
    if (frame.function != model::kNone) {
      Name& name = names_[frame.function];
      if (name.empty()) name = stable_functions_.of(profile_.str(profile_.functions[frame.function].name));
      return name;
    }
    const model::Location* location = frame.location == model::kNone ? nullptr : &profile_.locations[frame.location];
    if (location == nullptr || location->mapping == model::kNone) return "[unknown]";
    std::string_view file = profile_.str(profile_.mappings[location->mapping].file);
    file.remove_prefix(file.rfind('/') + 1);  // npos + 1 is 0
    return fmt::format("[{}]",
                       file.ends_with(".so") ? file.substr(0, file.size() - 3) : file.substr(0, file.find(".so.")));
  }

  /// How callers() treats a frame: it skips kLibrary, stops after kFirst and stops before kStart.
  enum class CallerRole : std::uint8_t { kUnknown, kPlain, kLibrary, kStart, kFirst };

  CallerRole role_of(const recognize::FrameRef& frame) {
    CallerRole unnamed = CallerRole::kUnknown;
    CallerRole& role = frame.function == model::kNone ? unnamed : roles_[frame.function];
    if (role != CallerRole::kUnknown) return role;
    const Name name = function_name(frame);
    const bool library = frame.function != model::kNone && frames_.is_container(frame.function);
    role = library || is_standard(name) ? CallerRole::kLibrary
           : is_start(name)             ? CallerRole::kStart
           : is_first(name)             ? CallerRole::kFirst
                                        : CallerRole::kPlain;
    return role;
  }

  /// At most `most` callers of a frame, nearest first, up to main. Frames of containers and of standard libraries are
  /// skipped, because their number depends on the library.
  Callers callers(std::size_t sample, const recognize::FrameRef& caller, std::size_t most = kCallers) {
    Callers names;
    std::size_t count = 0;
    const auto take = [&](const recognize::FrameRef& frame) {  // false: stop
      const CallerRole role = role_of(frame);
      if (role == CallerRole::kStart) return false;
      if (role != CallerRole::kLibrary) names[count++] = function_name(frame);
      return count < most && role != CallerRole::kFirst;
    };
    bool above = false;
    for (const model::LocationId id : profile_.stack(sample)) {
      const auto& lines = profile_.locations[id].lines;
      if (lines.empty()) {
        if (above && !take({id, model::kNone, 0})) return names;
        above = above || id == caller.location;
      }
      for (const model::Line& line : lines) {
        if (above && !take({id, line.function, line.line})) return names;
        above = above || (id == caller.location && line.function == caller.function);
      }
    }
    return names;
  }

  void add_findings() {
    std::map<std::tuple<Name, Name, Name>, FindingCost> rows;
    for (const findings::Finding& finding : findings::find_all(profile_, reader_, frames_, {})) {
      const Name table = finding.tables.empty() ? Name() : stable_tables_.of(finding.tables.front());
      const std::tuple key{Name(name_of(finding.id)), table, stable_functions_.of(finding.site.function)};
      FindingCost& row = rows[key];
      std::tie(row.id, row.table, row.function) = key;
      add_saturated(row.avoidable, finding.avoidable);
      const double deviation = static_cast<double>(finding.error) / kNormal95;
      row.variance += deviation * deviation;
      if (!finding.is_worth_reporting) continue;
      if (row.worth_reporting++ == 0) {
        row.advice = finding.advice();
        row.location = {finding.site.function, finding.site.file, finding.site.line};
      }
      add_saturated(row.avoidable_worth_reporting, finding.avoidable);
    }
    for (const auto& [key, row] : rows) costs_.findings.push_back(row);
  }

  const model::Profile& profile_;
  facts::SampleReader reader_;
  recognize::Frames frames_;
  StableNames stable_tables_{stable_table_name};
  StableNames stable_functions_{stable_function_name};
  std::vector<Name> texts_;        // by string; "": not yet interned
  std::vector<Name> names_;        // by function; "": not yet computed
  std::vector<CallerRole> roles_;  // by function
  std::vector<Sum> sums_;
  model::IndexTable known_sums_;
  model::IndexTable known_sites_;
  std::vector<std::int64_t> heaviest_;                             // by site: bytes of its heaviest sample
  std::map<std::pair<Name, Name>, findings::FillEvidence> fills_;  // by table and kind
  std::vector<findings::FillEvidence> site_fills_;                 // by site
  Costs costs_;
};

}  // namespace

void add(Cost& sum, const Cost& more) {
  for (std::size_t i = 0; i < kCostCount; ++i) {
    add_saturated(sum.values[i], more.values[i]);
    sum.variance[i] += more.variance[i];
  }
}

Result<Costs> costs_of(const model::Profile& profile, bool with_findings) {
  Collector collector(profile);
  Costs costs = collector.run(with_findings);
  // If no table allocated anything, the profile is empty but valid.
  if (costs.tables.empty() && facts::read_facts(profile).version.empty())
    return Error{"not a profile of bucketprof: no sample has a `table` label"};
  return costs;
}

}  // namespace bucketprof::compare
