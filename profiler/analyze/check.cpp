// SPDX-License-Identifier: Apache-2.0
//
// First every limit is made into comparisons, one a row that it speaks of; then all of them together are judged,
// because the confidence is of all together; then the broken ones are told where to look. Thread-safe (no state).
#include "profiler/analyze/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "profiler/analyze/amounts.h"
#include "profiler/analyze/significance.h"
#include "profiler/analyze/stable_name.h"

namespace bucketprof::analyze {
namespace {

constexpr std::size_t kMostCulprits = 3;
constexpr double kNormal95 = 1.959964;

/// A row's values as a comparison needs them, whatever its scope.
struct Row {
  Scope scope = Scope::kTotal;
  std::string table;
  std::string kind;
  std::string function;
  std::string finding;
  std::string was;
  std::string advice;
  Frame shown;
  bool is_new = false;
  std::array<std::int64_t, kMetricCount> before{};
  std::array<std::int64_t, kMetricCount> after{};
  std::array<double, kMetricCount> variance_before{};
  std::array<double, kMetricCount> variance_after{};
  std::array<std::int64_t, kMetricCount> agreed{};
};

Row row_of(const Change& change, Scope scope) {
  Row row;
  row.scope = scope;
  row.table = change.table;
  row.kind = change.kind;
  row.function = change.function;
  row.was = change.was;
  row.shown = change.shown;
  row.is_new = change.is_new;
  std::copy(change.before.of.begin(), change.before.of.end(), row.before.begin());
  std::copy(change.after.of.begin(), change.after.of.end(), row.after.begin());
  std::copy(change.before.variance.begin(), change.before.variance.end(), row.variance_before.begin());
  std::copy(change.after.variance.begin(), change.after.variance.end(), row.variance_after.begin());
  return row;
}

bool matches(const Choice& of, const Row& row) {
  const bool named = of.name.empty() || stable_table_name(of.name) == row.table;
  return named && of.table.matches(row.table) && of.function.matches(row.function) &&
         (of.finding.empty() || of.finding == row.finding);
}

/// Whether an allowance speaks of rows such as this: each of its patterns asks for something that the row has.
bool covers(const Allowance& allowance, const Row& row) {
  if (allowance.scope && *allowance.scope != row.scope) return false;
  if (row.scope == Scope::kTotal) return allowance.scope.has_value();
  if (!allowance.of.finding.empty() && row.scope != Scope::kFinding) return false;
  if (allowance.of.function.is_set() && row.scope == Scope::kTable) return false;
  return matches(allowance.of, row);
}

class Checker {
 public:
  Checker(const Policy& policy, const Costs* before, const Costs& after)
      : policy_(policy), before_(before), after_(after), used_(policy.allowances.size()) {
    static const Costs kNothing;
    diff_ = diff(before == nullptr ? kNothing : *before, after);
  }

  CheckResult run() && {
    result_.program = after_.program;
    result_.interval = after_.interval;
    result_.moment = after_.moment;
    result_.confidence = policy_.confidence;
    result_.runs_before = before_ == nullptr ? 0 : before_->runs;
    result_.runs_after = after_.runs;
    result_.losses = after_.losses;
    result_.max_losses = policy_.max_losses;
    make_rows();
    agree();
    for (const Rule& rule : policy_.rules) apply(rule);
    judge();
    order();
    say_what_is_unused();
    return std::move(result_);
  }

 private:
  std::vector<Row>& rows_of(Scope scope) { return rows_[static_cast<std::size_t>(scope)]; }

  void make_rows() {
    rows_of(Scope::kTotal).push_back(row_of(diff_.total, Scope::kTotal));
    for (const Change& change : diff_.tables) rows_of(Scope::kTable).push_back(row_of(change, Scope::kTable));
    for (const Change& change : diff_.sites) rows_of(Scope::kSite).push_back(row_of(change, Scope::kSite));
    make_finding_rows();
  }

  /// A finding that only just became worth saying did not grow from nothing: before counts what was below, too.
  void make_finding_rows() {
    using Key = std::tuple<std::string, std::string, std::string>;
    std::map<Key, Row> rows;
    std::map<std::pair<std::string, std::string>, std::string> renamed;
    for (const Change& site : diff_.sites) {
      if (!site.was.empty()) renamed[{site.table, site.was}] = site.function;
    }
    for (const FindingCost& one : after_.findings) {
      Row& row = rows[Key(one.id, one.table, one.function)];
      row.shown = one.shown;
      row.advice = one.advice;
      row.after[kAvoidable] = one.worth_avoidable;
      row.after[kFindings] = one.worth;
      row.variance_after[kAvoidable] = one.variance;
    }
    const std::vector<FindingCost> none;
    for (const FindingCost& one : before_ == nullptr ? none : before_->findings) {
      const auto now = renamed.find({one.table, one.function});
      Row& row = rows[Key(one.id, one.table, now == renamed.end() ? one.function : now->second)];
      add(row.before[kAvoidable], one.avoidable);
      add(row.before[kFindings], std::max<std::int64_t>(one.worth, one.avoidable > 0 ? 1 : 0));
      row.variance_before[kAvoidable] += one.variance;
    }
    for (auto& [key, row] : rows) {
      std::tie(row.finding, row.table, row.function) = key;
      row.scope = Scope::kFinding;
      rows_of(Scope::kFinding).push_back(std::move(row));
    }
  }

  /// What allowed rows grew by is not held against the table and the total that they are a part of.
  void agree() {
    if (before_ == nullptr) return;
    for (Row& table : rows_of(Scope::kTable)) {
      for (std::size_t metric = 0; metric < kCostCount; ++metric) {
        std::int64_t agreed = 0;
        if (allowance_for(table, static_cast<Metric>(metric)) != nullptr) {
          agreed = std::max<std::int64_t>(0, difference(table, metric));
        } else {
          for (const Row& site : rows_of(Scope::kSite)) {
            if (site.table != table.table || site.kind != table.kind) continue;
            if (allowance_for(site, static_cast<Metric>(metric)) != nullptr)
              add(agreed, std::max<std::int64_t>(0, difference(site, metric)));
          }
          table.agreed[metric] = agreed;
        }
        add(rows_of(Scope::kTotal).front().agreed[metric], agreed);
      }
    }
  }

  static std::int64_t difference(const Row& row, std::size_t metric) {
    std::int64_t result = 0;
    return __builtin_sub_overflow(row.after[metric], row.before[metric], &result) ? 0 : result;
  }

  const Allowance* allowance_for(const Row& row, Metric metric) {
    for (std::size_t i = 0; i < policy_.allowances.size(); ++i) {
      const Allowance& one = policy_.allowances[i];
      if ((one.metric && *one.metric != metric) || !covers(one, row)) continue;
      used_[i] = true;
      return &one;
    }
    return nullptr;
  }

  void apply(const Rule& rule) {
    const std::size_t first = result_.comparisons.size();
    for (const Row& row : rows_of(rule.scope)) {
      if (!matches(rule.of, row)) continue;
      for (const Limit& limit : rule.limits) {
        if (limit.max) compare(rule, limit, row, true);
        if (limit.growth && before_ != nullptr) compare(rule, limit, row, false);
      }
    }
    if (result_.comparisons.size() == first && !rule.of.name.empty())
      result_.notes.push_back(fmt::format("line {}: no table is named {}", rule.line, rule.of.name));
  }

  void compare(const Rule& rule, const Limit& limit, const Row& row, bool is_budget) {
    const std::size_t metric = limit.metric;
    Comparison made;
    made.scope = rule.scope;
    made.rule = rule.of.text;
    made.line = limit.line;
    made.metric = limit.metric;
    made.is_budget = is_budget;
    made.table = row.table;
    made.kind = row.kind;
    made.function = row.function;
    made.finding = row.finding;
    made.was = row.was;
    made.shown = row.shown;
    made.advice = row.advice;
    made.is_new = row.is_new && before_ != nullptr;
    made.before = row.before[metric];
    made.after = row.after[metric];
    made.error_before = kNormal95 * std::sqrt(row.variance_before[metric]);
    made.error_after = kNormal95 * std::sqrt(row.variance_after[metric]);
    const Estimate before{static_cast<double>(made.before), row.variance_before[metric],
                          static_cast<double>(std::max<std::int64_t>(1, result_.runs_before))};
    Estimate after{static_cast<double>(made.after), row.variance_after[metric],
                   static_cast<double>(result_.runs_after)};
    if (is_budget) {
      made.limit = *limit.max;
      made.chance = chance_above(after, static_cast<double>(*limit.max));
    } else {
      made.agreed = row.agreed[metric];
      after.value -= static_cast<double>(made.agreed);
      const Growth& growth = *limit.growth;
      made.allowed_text = growth.text;
      const double allowed = std::max(0.0, before.value) * (1 + growth.share) + static_cast<double>(growth.amount);
      made.limit = static_cast<std::int64_t>(std::min(std::floor(allowed), 0x1p62));
      const std::int64_t least = limit.min.value_or(counts_bytes(limit.metric) ? policy_.min_bytes : policy_.min_count);
      made.chance = after.value - before.value < static_cast<double>(least)
                        ? 1
                        : chance_of_growth(before, after, 1 + growth.share, static_cast<double>(growth.amount));
    }
    if (const Allowance* allowance = allowance_for(row, limit.metric); allowance != nullptr && !is_budget) {
      made.reason = allowance->reason;
      made.expires = allowance->expires;
    }
    result_.comparisons.push_back(std::move(made));
  }

  void judge() {
    std::vector<double> chances;
    for (const Comparison& one : result_.comparisons) {
      if (one.error_before > 0 || one.error_after > 0) chances.push_back(one.chance);
    }
    const std::vector<bool> broken = significant(chances, policy_.confidence);
    std::size_t next = 0;
    for (Comparison& one : result_.comparisons) {
      const bool is_broken = one.error_before > 0 || one.error_after > 0 ? broken[next++] : one.chance < 1;
      if (!is_broken) continue;
      one.verdict = one.reason.empty() ? Verdict::kFailed : Verdict::kAllowed;
      find_culprits(one);
    }
  }

  void find_culprits(Comparison& broken) const {
    if (broken.metric >= kCostCount) return;  // a finding has its place
    std::vector<Culprit> culprits;
    for (const Change& site : diff_.sites) {
      if (broken.scope != Scope::kTotal && (site.table != broken.table || site.kind != broken.kind)) continue;
      if (broken.scope == Scope::kSite && site.function != broken.function) continue;
      const std::int64_t growth = broken.is_budget ? site.after.of[broken.metric] : site.growth(broken.metric);
      if (growth <= 0) continue;
      culprits.push_back({site.table, site.function, site.shown, growth, site.growth(kRehashes), site.is_new});
    }
    std::stable_sort(culprits.begin(), culprits.end(),
                     [](const Culprit& a, const Culprit& b) { return a.growth > b.growth; });
    if (culprits.size() > kMostCulprits) culprits.resize(kMostCulprits);
    broken.culprits = std::move(culprits);
    if (broken.shown.function.empty() && !broken.culprits.empty()) broken.shown = broken.culprits.front().shown;
  }

  void order() {
    const auto rank = [](const Comparison& one) {
      return one.verdict == Verdict::kFailed ? 0 : one.verdict == Verdict::kAllowed ? 1 : 2;
    };
    std::stable_sort(result_.comparisons.begin(), result_.comparisons.end(),
                     [&rank](const Comparison& a, const Comparison& b) {
                       return std::pair(a.line, rank(a)) < std::pair(b.line, rank(b));
                     });
  }

  void say_what_is_unused() {
    for (std::size_t i = 0; i < used_.size(); ++i) {
      if (!used_[i])
        result_.notes.push_back(fmt::format("line {}: this allowance covers nothing (\"{}\")",
                                            policy_.allowances[i].line, policy_.allowances[i].reason));
    }
  }

  const Policy& policy_;
  const Costs* before_;
  const Costs& after_;
  std::vector<bool> used_;  // by allowance
  Diff diff_;
  std::array<std::vector<Row>, 4> rows_;  // by Scope
  CheckResult result_;
};

}  // namespace

std::string_view name_of(Verdict verdict) {
  constexpr std::array<std::string_view, 3> kNames{"ok", "allowed", "failed"};
  return kNames[static_cast<std::size_t>(verdict)];
}

std::size_t CheckResult::count(Verdict verdict) const {
  return static_cast<std::size_t>(std::count_if(comparisons.begin(), comparisons.end(),
                                                [verdict](const Comparison& one) { return one.verdict == verdict; }));
}

Result<CheckResult> check(const Policy& policy, const Costs* before, const Costs& after) {
  if (before != nullptr) {
    if (const Status same = comparable(*before, after); !same.ok()) return Error{same.error()};
  }
  return Checker(policy, before, after).run();
}

}  // namespace bucketprof::analyze
