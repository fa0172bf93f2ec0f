// SPDX-License-Identifier: Apache-2.0
#include "tests/programs/scripted/at.h"
#include "tests/programs/steady_map.h"

namespace scripted {

std::unique_ptr<AnyTable> make_map(const char* name) {
  using Table = bucketprof::programs::SteadyMap<std::uint64_t, std::uint64_t, Mixed>;
  return std::make_unique<TableOf<Table>>(std::make_unique<Table>(bucketprof::named(name)));
}

}  // namespace scripted
