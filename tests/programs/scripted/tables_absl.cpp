// SPDX-License-Identifier: Apache-2.0
#include "profiler/containers_absl.h"
#include "tests/programs/scripted/at.h"

namespace scripted {

std::unique_ptr<AnyTable> make_absl_flat(const char* name) {
  using Table = bucketprof::profiled::flat_hash_map<std::uint64_t, std::uint64_t, Mixed>;
  return std::make_unique<TableOf<Table>>(std::make_unique<Table>(bucketprof::named(name)));
}

std::unique_ptr<AnyTable> make_absl_node(const char* name) {
  using Table = bucketprof::profiled::node_hash_map<std::uint64_t, std::uint64_t, Mixed>;
  return std::make_unique<TableOf<Table>>(std::make_unique<Table>(bucketprof::named(name)));
}

}  // namespace scripted
