// SPDX-License-Identifier: Apache-2.0
//
// Random programs whose tables have one name and libstdc++'s arrays, some of them reserved, right or not, some grown,
// some kept, some with entries that come and go. The profile has what names of functions tell; each advice is followed
// in the program, and saves what is said.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "profiler/report/format/finding_text.h"
#include "tests/support/bounded_tables.h"

namespace bucketprof::findings {
namespace {

using testing_support::at;
using testing_support::std_array;
using testing_support::std_node;
using testing_support::TableProfile;

struct Table {
  std::uint64_t reserve = 0;  // 0: not reserved
  std::uint64_t entries = 0;  // at its fullest
  bool kept = false;
};

/// Tables that begin at one line and grow at the next one, or, if not reserved, do both there.
struct Use {
  std::int64_t line = 0;
  std::vector<Table> tables;
};

GrowthRule rule_of_std() { return *GrowthRule::of(tables::Kind::kStdNode, 8 * 13, 13); }

void add_blocks(const GrowthRule& rule, const Use& use, TableProfile& profile) {
  for (const Table& table : use.tables) {
    if (table.reserve == 0 && table.entries == 0) continue;
    bool begins = true;
    std::uint64_t slots = table.reserve == 0 ? rule.first_slots() : rule.slots_for(table.reserve);
    for (;; slots = rule.next_slots(slots), begins = false) {
      const bool is_last = rule.limit(slots) >= table.entries;
      const bool reserved = begins && table.reserve != 0;
      const std::string cause = reserved ? "hint" : slots == rule.first_slots() ? "first_insert" : "rehash";
      profile.blocks(std_array(cause, static_cast<std::int64_t>(slots)), at(reserved ? use.line : use.line + 1), 1, 0,
                     is_last && table.kept ? 1 : 0);
      if (is_last) break;
    }
  }
}

/// With an argument of reserve() at the line where tables were reserved, or before the first insert of others.
double cost_of(const GrowthRule& rule, const Use& use, std::uint64_t reserve) {
  double sum = 0;
  for (const Table& table : use.tables) {
    if (table.reserve == 0 && table.entries == 0) continue;
    sum += rule.cost(reserve, table.entries, static_cast<double>(table.entries)).all();
  }
  return sum;
}
double cost_of(const GrowthRule& rule, const Use& use) {
  double sum = 0;
  for (const Table& table : use.tables)
    sum += rule.cost(table.reserve, table.entries, static_cast<double>(table.entries)).all();
  return sum;
}

class Program {
 public:
  explicit Program(std::uint64_t seed) : random_(seed) {
    const std::uint64_t uses = below(3) + 1;
    for (std::uint64_t i = 0; i < uses; ++i) add_use(static_cast<std::int64_t>(10 * (i + 1)));
  }

  [[nodiscard]] TableProfile profile() const {
    TableProfile profile;
    double nodes = static_cast<double>(churned_);
    for (const Use& use : uses_) {
      add_blocks(rule_, use, profile);
      for (const Table& table : use.tables) nodes += static_cast<double>(table.entries);
    }
    profile.blocks(std_node(), at(5), static_cast<std::int64_t>(nodes), 0);
    return profile;
  }

  /// What following the advice saves.
  [[nodiscard]] double saved(const Finding& finding) const {
    const std::int64_t line = finding.reserved_at ? finding.reserved_at->line : finding.site.line;
    double saved = 0;
    for (const Use& use : uses_) {
      if (use.line == line || use.line + 1 == line)
        saved += cost_of(rule_, use) - cost_of(rule_, use, finding.reserve.value_or(0));
    }
    return saved;
  }

 private:
  std::uint64_t below(std::uint64_t end) { return random_() % end; }

  void add_use(std::int64_t line) {
    Use& use = uses_.emplace_back();
    use.line = line;
    const std::uint64_t tables = below(3) == 0 ? 1 : below(200) + 1;
    const std::uint64_t most = std::uint64_t{1} << (below(12) + 3);
    const bool is_reserved = below(3) != 0;
    const std::uint64_t reserve = below(2) == 0 ? most : most << below(8);
    const bool varies = below(2) == 0;
    const bool kept = below(2) == 0;
    const std::uint64_t unused = below(3) == 0 ? below(20) : 0;  // of 20
    for (std::uint64_t i = 0; i < tables; ++i) {
      Table table;
      table.entries = below(20) < unused ? 0 : varies ? below(most) + 1 : most;
      table.reserve = !is_reserved ? 0 : below(4) == 0 && varies ? reserve / 2 + 1 : reserve;
      table.kept = kept || below(8) == 0;
      use.tables.push_back(table);
    }
    if (below(4) == 0) churned_ += below(most * tables * 4);
  }

  std::mt19937_64 random_;
  GrowthRule rule_ = rule_of_std();
  std::vector<Use> uses_;
  std::uint64_t churned_ = 0;
};

TEST(BoundedTruth, AdvicesSaveWhatTheySay) {
  const std::uint64_t programs = std::getenv("BUCKETPROF_LONG") != nullptr ? 100'000 : 2'000;
  std::uint64_t found = 0;
  for (std::uint64_t seed = 1; seed <= programs; ++seed) {
    const Program program(seed);
    for (const Finding& finding : testing_support::bounded_findings_of(program.profile())) {
      ++found;
      const double saved = program.saved(finding);
      const auto said = static_cast<double>(finding.avoidable);
      const bool is_true = finding.basis == Basis::kBounded ? saved >= said - 1 : std::abs(saved - said) <= 0.1 * said;
      EXPECT_TRUE(is_true) << seed << ": " << report::sentence_of(finding) << ", "
                           << report::advice_of(finding.advice()) << " at " << finding.site.line << ": said " << said
                           << ", saves " << saved;
    }
  }
  EXPECT_GT(found, programs / 10);
}

}  // namespace
}  // namespace bucketprof::findings
