// SPDX-License-Identifier: Apache-2.0
//
// Each limit is first tried on the rows that it applies to. All trials are then judged together, because the confidence
// is that of all limits together. Finally the broken ones get their culprits.
#include "profiler/compare/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "profiler/base/saturating.h"
#include "profiler/base/statistics.h"
#include "profiler/compare/allowances.h"
#include "profiler/compare/checked_row.h"
#include "profiler/compare/comparable.h"
#include "profiler/compare/finding_keys.h"
#include "profiler/compare/significance.h"
#include "profiler/compare/unknown_findings.h"
#include "profiler/compare/unknown_slack.h"
#include "profiler/facts/sample_values.h"

namespace bucketprof::compare {
namespace {

constexpr std::size_t kMostCulprits = 3;

/// A limit tried on a row.
struct Trial {
  const Rule* rule = nullptr;
  const Limit* limit = nullptr;
  const CheckedRow* row = nullptr;
  const Allowance* allowance = nullptr;
  double chance = 1;
  bool is_budget = false;
  bool is_sampled = false;
  bool is_broken = false;
};

class Checker {
 public:
  Checker(const Policy& policy, const Costs* before, const Costs& after)
      : policy_(policy), before_(before), after_(after), allowances_(policy.allowances) {
    static const Costs kNothing;
    diff_ = diff(before == nullptr ? kNothing : *before, after);
  }

  Result<CheckResult> run() && {
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
    for (const Rule& rule : policy_.rules) {
      if (const Status applied = apply(rule); !applied.ok()) return Error{applied.error()};
    }
    judge();
    tell();
    say_what_is_unused();
    return std::move(result_);
  }

 private:
  std::vector<CheckedRow>& rows_of(RuleScope scope) { return rows_[static_cast<std::size_t>(scope)]; }

  void make_rows() {
    rows_of(RuleScope::kTotal)
        .push_back({.scope = RuleScope::kTotal, .change = &diff_.total, .waived = &waived_of_total_});
    waived_.resize(diff_.tables.size());
    for (std::size_t i = 0; i < diff_.tables.size(); ++i) {
      rows_of(RuleScope::kTable)
          .push_back({.scope = RuleScope::kTable, .change = &diff_.tables[i], .waived = &waived_[i]});
    }
    for (const Change& change : diff_.sites)
      rows_of(RuleScope::kSite).push_back({.scope = RuleScope::kSite, .change = &change});
    make_findings();
    for (const FindingChange& finding : findings_)
      rows_of(RuleScope::kFinding).push_back({.scope = RuleScope::kFinding, .finding = &finding});
  }

  /// The earlier side includes findings below the thresholds: one that now exceeds them did not grow from nothing.
  void make_findings() {
    std::map<FindingKeys::Key, FindingChange> rows;
    const FindingKeys keys(diff_);
    for (const FindingCost& finding : after_.findings) {
      FindingChange& row = rows[keys.later(finding)];
      if (finding.avoidable_worth_reporting >= row.after[0]) {
        row.location = finding.location;
        row.advice = finding.advice;
      }
      add_saturated(row.after[0], finding.avoidable_worth_reporting);
      add_saturated(row.after[1], finding.worth_reporting);
      row.variance_after += finding.variance;
    }
    const std::vector<FindingCost> none;
    for (const FindingCost& finding : before_ == nullptr ? none : before_->findings) {
      FindingChange& row = rows[keys.former(finding)];
      add_saturated(row.before[0], finding.avoidable);
      add_saturated(row.before[1], std::max<std::int64_t>(finding.worth_reporting, finding.avoidable > 0 ? 1 : 0));
      row.variance_before += finding.variance;
    }
    for (auto& [key, row] : rows) {
      std::tie(row.finding, row.table, row.function) = key;
      findings_.push_back(row);
    }
  }

  /// Collects waived growth, which is not held against the table and the total that contain the waived row.
  void agree() {
    if (before_ == nullptr || policy_.allowances.empty()) return;
    std::map<std::pair<Name, Name>, std::size_t> tables;
    for (std::size_t i = 0; i < diff_.tables.size(); ++i) tables[{diff_.tables[i].table, diff_.tables[i].kind}] = i;
    for (std::size_t m = 0; m < kCostCount; ++m) {
      const auto metric = static_cast<Metric>(m);
      for (const CheckedRow& site : rows_of(RuleScope::kSite)) {
        if (site.change->growth(m) <= 0 || allowances_.covering(site, metric) == nullptr) continue;
        add_saturated(waived_[tables.at({site.change->table, site.change->kind})][m], site.change->growth(m));
      }
      for (std::size_t i = 0; i < diff_.tables.size(); ++i) {
        const bool is_waived = allowances_.covering(rows_of(RuleScope::kTable)[i], metric) != nullptr;
        if (is_waived) waived_[i][m] = std::max<std::int64_t>(0, diff_.tables[i].growth(m));
        add_saturated(waived_of_total_[m], waived_[i][m]);
        // A waived table is judged with its full growth, so that its allowance shows.
        if (is_waived) waived_[i][m] = 0;
      }
    }
  }

  Status apply(const Rule& rule) {
    std::vector<const CheckedRow*> rows;
    for (const CheckedRow& row : rows_of(rule.scope)) {
      if (matches(rule.of, row)) rows.push_back(&row);
    }
    if (rows.empty() && !rule.of.name.empty())
      result_.notes.push_back(fmt::format("line {}: no table is named {}", rule.line, rule.of.name));
    for (const Limit& limit : rule.limits) {
      std::vector<const CheckedRow*> known = rows;
      if (is_slack(limit.metric)) {
        const auto note = leave_out_unknown_slack(rule, limit, diff_.tables, known);
        if (!note.ok()) return Error{note.error()};
        if (!note->empty()) result_.notes.push_back(*note);
      }
      if (rule.scope == RuleScope::kFinding) {
        if (const Status noted = note_unknown(rule, limit); !noted.ok()) return noted;
      }
      for (const CheckedRow* row : known) {
        if (limit.max) try_budget(rule, limit, *row);
      }
      for (const CheckedRow* row : known) {
        if (limit.growth && before_ != nullptr) try_growth(rule, limit, *row);
      }
    }
    return ok_status();
  }

  /// For a limit on findings.
  Status note_unknown(const Rule& rule, const Limit& limit) {
    const bool compares = limit.growth && before_ != nullptr;
    for (const auto& [costs, where] : {std::pair(&after_, ""), {compares ? before_ : nullptr, " of the baseline"}}) {
      if (costs == nullptr) continue;
      const auto note = unknown_findings(rule, limit, *costs, where);
      if (!note.ok()) return Error{note.error()};
      if (!note->empty()) result_.notes.push_back(*note);
    }
    return ok_status();
  }

  Estimate estimate(const CheckedRow& row, Metric metric, bool later) const {
    const std::int64_t runs = later ? result_.runs_after : std::max<std::int64_t>(1, result_.runs_before);
    return {static_cast<double>(row.value(metric, later)), row.variance(metric, later), static_cast<double>(runs)};
  }

  void try_budget(const Rule& rule, const Limit& limit, const CheckedRow& row) {
    const Estimate after = estimate(row, limit.metric, true);
    trials_.push_back({.rule = &rule,
                       .limit = &limit,
                       .row = &row,
                       .chance = chance_above(after, static_cast<double>(*limit.max)),
                       .is_budget = true,
                       .is_sampled = after.variance > 0});
  }

  void try_growth(const Rule& rule, const Limit& limit, const CheckedRow& row) {
    const Estimate before = estimate(row, limit.metric, false);
    Estimate after = estimate(row, limit.metric, true);
    after.value -= static_cast<double>(row.waived_in(limit.metric));
    const std::int64_t least = limit.min.value_or(counts_bytes(limit.metric) ? policy_.min_bytes : policy_.min_count);
    double chance = 1;
    bool is_sampled = before.variance > 0 || after.variance > 0;
    if (after.value - before.value >= static_cast<double>(least)) {
      chance = chance_of_growth(before, after, 1 + limit.growth->share, static_cast<double>(limit.growth->amount));
    }
    // Whether sampling shows a finding depends on chance. One more of them only counts if its bytes have grown, too.
    if (limit.metric == kFindings && row.variance(kAvoidable, true) > 0) {
      is_sampled = true;
      if (chance < 1)
        chance = chance_of_growth(estimate(row, kAvoidable, false), estimate(row, kAvoidable, true), 1, 0);
    }
    trials_.push_back({.rule = &rule,
                       .limit = &limit,
                       .row = &row,
                       .allowance = allowances_.covering(row, limit.metric),
                       .chance = chance,
                       .is_sampled = is_sampled});
  }

  void judge() {
    std::vector<double> chances;
    for (const Trial& trial : trials_) {
      if (trial.is_sampled) chances.push_back(trial.chance);
    }
    const std::vector<bool> broken = significant(chances, policy_.confidence);
    std::size_t next = 0;
    for (Trial& trial : trials_) trial.is_broken = trial.is_sampled ? broken[next++] : trial.chance < 1;
  }

  void tell() {
    const auto rank = [](const Trial& trial) { return !trial.is_broken ? 2 : trial.allowance != nullptr ? 1 : 0; };
    std::stable_sort(trials_.begin(), trials_.end(), [&rank](const Trial& a, const Trial& b) {
      return std::pair(a.limit->line, rank(a)) < std::pair(b.limit->line, rank(b));
    });
    std::map<std::pair<const Limit*, bool>, std::size_t> held;
    for (const Trial& trial : trials_) {
      if (!trial.is_broken && ++held[{trial.limit, trial.is_budget}] > kMostHeld) {
        ++result_.more_held;
      } else {
        result_.comparisons.push_back(comparison(trial));
      }
    }
  }

  Comparison comparison(const Trial& trial) {
    const CheckedRow& row = *trial.row;
    const Metric metric = trial.limit->metric;
    Comparison made;
    made.scope = trial.rule->scope;
    made.rule = trial.rule->of.text;
    made.line = trial.limit->line;
    made.metric = metric;
    made.is_budget = trial.is_budget;
    if (row.change != nullptr) {
      made.table = row.change->table;
      made.kind = row.change->kind;
      made.function = row.change->function;
      made.renamed_from = row.change->renamed_from;
      made.location = row.change->location.frame();
      made.is_new = row.change->is_new && before_ != nullptr;
    } else {
      made.table = row.finding->table;
      made.function = row.finding->function;
      made.finding = row.finding->finding;
      made.location = row.finding->location.frame();
      made.advice = row.finding->advice;
    }
    made.before = row.value(metric, false);
    made.after = row.value(metric, true);
    made.error_before = kNormal95 * std::sqrt(row.variance(metric, false));
    made.error_after = kNormal95 * std::sqrt(row.variance(metric, true));
    made.chance = trial.chance;
    if (trial.is_budget) {
      made.limit = *trial.limit->max;
    } else {
      const Growth& growth = *trial.limit->growth;
      made.allowed_text = growth.text;
      const double base = static_cast<double>(std::max<std::int64_t>(0, made.before));
      made.limit = static_cast<std::int64_t>(
          std::min(std::floor(base * (1 + growth.share)) + static_cast<double>(growth.amount), 0x1p62));
      made.waived = row.waived_in(metric);
    }
    if (trial.allowance != nullptr) {
      made.reason = trial.allowance->reason;
      made.expires = trial.allowance->expires;
    }
    if (!trial.is_broken) return made;
    made.verdict = trial.allowance != nullptr ? Verdict::kAllowed : Verdict::kFailed;
    find_culprits(trial, made);
    return made;
  }

  /// The sites of a table's row, or all sites for the total.
  const std::vector<const Change*>& sites_of(const CheckedRow& row) {
    if (sites_.empty()) {
      for (const Change& site : diff_.sites) {
        sites_[{site.table, site.kind}].push_back(&site);
        sites_[{Name(), Name()}].push_back(&site);
      }
    }
    return sites_[{row.change->table, row.change->kind}];
  }

  void find_culprits(const Trial& trial, Comparison& broken) {
    if (trial.row->scope == RuleScope::kFinding) return;  // its location is already set
    const std::vector<const Change*> itself{trial.row->change};
    std::vector<std::pair<std::int64_t, const Change*>> grown;
    for (const Change* site : trial.row->scope == RuleScope::kSite ? itself : sites_of(*trial.row)) {
      const std::int64_t growth = trial.is_budget ? site->after.values[broken.metric] : site->growth(broken.metric);
      if (growth > 0) grown.emplace_back(growth, site);
    }
    const auto most = grown.begin() + static_cast<std::ptrdiff_t>(std::min(grown.size(), kMostCulprits));
    std::partial_sort(grown.begin(), most, grown.end(), [](const auto& x, const auto& y) {
      if (x.first != y.first) return x.first > y.first;
      return std::tie(x.second->table, x.second->function) < std::tie(y.second->table, y.second->function);
    });
    for (auto grower = grown.begin(); grower != most; ++grower) {
      const Change& site = *grower->second;
      broken.culprits.push_back({site.table, site.function, site.location.frame(), grower->first,
                                 site.growth(kRehashes), site.is_new && before_ != nullptr});
    }
    if (broken.location.function.empty() && !broken.culprits.empty())
      broken.location = broken.culprits.front().location;
  }

  void say_what_is_unused() {
    for (const Allowance* allowance : allowances_.unused()) {
      result_.notes.push_back(
          fmt::format("line {}: this allowance covers nothing (\"{}\")", allowance->line, allowance->reason));
    }
  }

  const Policy& policy_;
  const Costs* before_;
  const Costs& after_;
  Allowances allowances_;
  Diff diff_;
  std::vector<FindingChange> findings_;
  std::vector<Waived> waived_;  // by table
  Waived waived_of_total_{};
  std::array<std::vector<CheckedRow>, 4> rows_;  // by RuleScope
  std::vector<Trial> trials_;
  std::map<std::pair<Name, Name>, std::vector<const Change*>> sites_;  // by table and kind; all sites under ""
  CheckResult result_;
};

}  // namespace

std::string_view name_of(Verdict verdict) {
  constexpr std::array<std::string_view, 3> kNames{"ok", "allowed", "failed"};
  return kNames[static_cast<std::size_t>(verdict)];
}

std::size_t CheckResult::count(Verdict verdict) const {
  const auto kept = std::count_if(comparisons.begin(), comparisons.end(),
                                  [verdict](const Comparison& comparison) { return comparison.verdict == verdict; });
  return static_cast<std::size_t>(kept) + (verdict == Verdict::kOk ? more_held : 0);
}

Result<CheckResult> check(const Policy& policy, const Costs* before, const Costs& after) {
  if (before != nullptr) {
    if (const Status same = comparable(*before, after); !same.ok()) return Error{same.error()};
  }
  return Checker(policy, before, after).run();
}

}  // namespace bucketprof::compare
