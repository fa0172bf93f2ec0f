// SPDX-License-Identifier: Apache-2.0
//
// `planted MISTAKE [wrong|healthy] [RESERVE]`: makes the mistake, or does it right; RESERVE replaces the argument of
// its reserve(). It prints nothing; tests read its profile.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/programs/planted/planted.h"

namespace {

using namespace planted;

struct Way {
  std::string_view name;
  void (*run)(const Choice&);
  std::size_t wrong;
  std::size_t right;
};

constexpr std::array<Way, 11> kWays{{{"over_preallocated", over_preallocated, 1'000'000, 50'000},
                                     {"never_used", never_used, 10'000, 6'656},
                                     {"temporary", temporary, 5'000, 416},
                                     {"templated", templated, 4'000, 3'328},
                                     {"grown_in_steps", grown_in_steps, 0, 100'000},
                                     {"reserved_too_little", reserved_too_little, 1'000, 100'000},
                                     {"emptied", emptied, 0, 0},
                                     {"overflow_heavy", overflow_heavy, 0, 0},
                                     {"same_size_growth", same_size_growth, 1'600, 1'600},
                                     {"many_tiny", many_tiny, 0, 0},
                                     {"in_library", in_library, 300'000, 30'000}}};

}  // namespace

int main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  for (const Way& way : kWays) {
    if (way.name != name) continue;
    Choice choice{.healthy = argc > 2 && std::string_view(argv[2]) == "healthy", .reserve = way.wrong};
    if (choice.healthy) choice.reserve = way.right;
    if (argc > 3) choice.reserve = std::strtoull(argv[3], nullptr, 10);
    way.run(choice);
    return 0;
  }
  std::fprintf(stderr, "usage: planted MISTAKE [wrong|healthy] [RESERVE]\n");
  return 2;
}
