// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "tests/programs/scripted/script.h"
#include "tests/support/random_profile.h"

namespace scripted {
namespace {

using bucketprof::testing_support::Random;

class Writer {
 public:
  explicit Writer(std::uint64_t seed) : random_(seed) {}

  Script script() {
    for (std::uint64_t groups = 1 + random_.below(3); groups > 0; --groups) group();
    return std::move(script_);
  }

 private:
  /// A number of any order of magnitude, up to 2^bits.
  std::uint64_t size(std::uint64_t bits) {
    const std::uint64_t least = random_.one_in(3) ? 0 : bits / 2;
    return 1 + random_.below(std::uint64_t{1} << (least + random_.below(bits + 1 - least)));
  }
  /// Often exactly, else a range.
  Step with_number(Verb verb, std::uint64_t n) {
    Step step{.verb = verb, .table = table_, .n = n, .line = line_++ % kLines};
    if (random_.one_in(3)) step.more = random_.below(n + 1);
    return step;
  }
  void add(Verb verb, std::uint64_t n) { script_.push_back(with_number(verb, n)); }
  void add(Verb verb) { script_.push_back({.verb = verb, .table = table_}); }
  void repeat(std::uint64_t n) { script_.push_back({.verb = Verb::kRepeat, .n = n}); }
  void end() { script_.push_back({}); }

  void make() {
    Step step{.verb = Verb::kMake, .table = table_, .kind = static_cast<Kind>(random_.below(kKinds))};
    const bool has_factor = step.kind == Kind::kStd || step.kind == Kind::kBoostClosed;
    constexpr std::array kFactors{0.25, 0.5, 0.75, 2.0, 4.0, 8.0};
    if (has_factor && random_.one_in(4)) step.factor = kFactors[random_.below(kFactors.size())];
    script_.push_back(step);
  }

  /// Many tables have few entries, few tables many.
  void group() {
    const std::uint64_t tables = random_.one_in(2) ? 1 : size(10);
    const std::uint64_t bits = tables == 1 ? 17 : tables < 32 ? 13 : tables < 256 ? 10 : 7;
    table_ = next_table_++;
    repeat(tables);
    make();
    if (random_.one_in(2)) add(Verb::kReserve, size(bits + 1));
    for (std::uint64_t steps = 1 + random_.below(4); steps > 0; --steps) use(bits);
    if (random_.one_in(3)) add(Verb::kDrop);
    end();
  }

  void use(std::uint64_t bits) {
    switch (random_.below(12)) {
      case 0:
        add(Verb::kErase, size(bits));
        break;
      case 1:
        add(Verb::kClear);
        break;
      case 2:
        add(Verb::kInsert, size(bits));
        add(Verb::kChurn, size(bits + 1));
        break;
      case 3:
        script_.push_back({.verb = Verb::kCopy, .table = table_, .n = next_table_++, .line = line_++ % kLines});
        break;
      case 4:
        script_.push_back({.verb = Verb::kMove, .table = table_, .n = next_table_++});
        break;
      case 5:  // filled again and again
        repeat(2 + random_.below(8));
        add(Verb::kInsert, size(bits));
        add(Verb::kClear);
        end();
        break;
      case 6:
        add(Verb::kReserve, size(bits + 1));
        break;
      default:
        add(Verb::kInsert, size(bits));
    }
  }

  Random random_;
  Script script_;
  unsigned table_ = 0;
  unsigned next_table_ = 0;
  unsigned line_ = 0;
};

}  // namespace

Script random_script(std::uint64_t seed) { return Writer(seed).script(); }

}  // namespace scripted
