// SPDX-License-Identifier: Apache-2.0
#include "profiler/containers_std.h"
#include "tests/programs/scripted/at.h"

namespace scripted {

std::unique_ptr<AnyTable> make_std(const char* name, double factor) {
  using Table = bucketprof::profiled::unordered_map<std::uint64_t, std::uint64_t, Mixed>;
  auto table = std::make_unique<Table>(bucketprof::named(name));
  if (factor != 1) table->max_load_factor(static_cast<float>(factor));
  return std::make_unique<TableOf<Table>>(std::move(table));
}

}  // namespace scripted
