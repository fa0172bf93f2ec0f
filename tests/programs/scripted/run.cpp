// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>

#include "tests/programs/scripted/at.h"
#include "tests/programs/scripted/script.h"
#include "tests/support/random_profile.h"

namespace scripted {
namespace {

class Runner {
 public:
  explicit Runner(const Script& script) : script_(script) {}

  void run(std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      if (script_[i].verb != Verb::kRepeat) {
        run(script_[i]);
        continue;
      }
      const std::size_t end = end_of(i);
      for (std::uint64_t times = number(script_[i]); times > 0; --times) run(i + 1, end);
      i = end;
    }
  }

  [[nodiscard]] const std::set<std::string>& idle() const { return idle_; }

 private:
  [[nodiscard]] std::size_t end_of(std::size_t repeat) const {
    int depth = 0;
    for (std::size_t i = repeat;; ++i) {
      depth += script_[i].verb == Verb::kRepeat ? 1 : script_[i].verb == Verb::kEnd ? -1 : 0;
      if (depth == 0) return i;
    }
  }

  /// Drawn from numbers of its own for each line, so that a change of the script does not change the other lines.
  std::uint64_t number(const Step& step) {
    if (step.more == 0) return step.n;
    return step.n + random_[static_cast<std::size_t>(step.verb) * kLines + step.line].below(step.more + 1);
  }

  void run(const Step& step) {
    std::unique_ptr<AnyTable>& table = tables_[step.table];
    if (step.verb == Verb::kMake) {
      table = make(step);
      table->name = step.table;
      return;
    }
    if (table == nullptr) return;
    const std::uint64_t n = number(step);
    const std::uint64_t slots = table->slots();
    const bool is_empty = table->first == table->next;
    if (step.verb == Verb::kReserve && n > 0) table->reserve(step.line, n);
    if (step.verb == Verb::kInsert) table->insert(step.line, n);
    if (step.verb == Verb::kChurn && table->first < table->next) table->churn(step.line, n);
    if (step.verb == Verb::kErase) table->erase(n);
    if (step.verb == Verb::kClear) table->clear();
    if (step.verb == Verb::kCopy && n != step.table) tables_[n] = table->copy(step.line);
    if (step.verb == Verb::kMove && n != step.table) tables_[n] = table->move();
    const bool changed = table->slots() != slots;
    if ((step.verb == Verb::kReserve && n > 0 && !changed) || (step.verb == Verb::kClear && is_empty && !changed))
      idle_.insert(names()[table->name]);
    if (step.verb == Verb::kDrop) table.reset();
  }

  static const std::array<std::string, kTables>& names() {
    static const auto* const kNames = new std::array<std::string, kTables>([] {
      std::array<std::string, kTables> names;
      for (std::size_t i = 0; i < names.size(); ++i) names[i] = "table " + std::to_string(i);
      return names;
    }());
    return *kNames;
  }

  static std::unique_ptr<AnyTable> make(const Step& step) {
    const char* const name = names()[step.table].c_str();
    switch (step.kind) {
      case Kind::kStd:
        return make_std(name, step.factor);
      case Kind::kAbslFlat:
        return make_absl_flat(name);
      case Kind::kAbslNode:
        return make_absl_node(name);
      case Kind::kBoostFlat:
        return make_boost_flat(name);
      case Kind::kBoostClosed:
        return make_boost_closed(name, step.factor);
      case Kind::kMap:
        return make_map(name);
    }
    return nullptr;
  }

  std::set<std::string> idle_;
  const Script& script_;
  std::array<std::unique_ptr<AnyTable>, kTables> tables_;
  std::vector<bucketprof::testing_support::Random> random_ = [] {
    std::vector<bucketprof::testing_support::Random> all;
    for (unsigned i = 0; i < 11 * kLines; ++i) all.emplace_back(i);
    return all;
  }();
};

}  // namespace

std::set<std::string> run(const Script& script) {
  auto* const runner = new Runner(script);  // never destroyed: its tables are in use when the profile is written
  runner->run(0, script.size());
  return runner->idle();
}

}  // namespace scripted
