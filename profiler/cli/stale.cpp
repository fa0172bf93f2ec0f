// SPDX-License-Identifier: Apache-2.0
#include "profiler/cli/stale.h"

#include <fmt/format.h>

#include <string_view>

#include "profiler/symbolize/debug_file.h"

namespace bucketprof::cli {

std::string stale_build(const model::Profile& profile) {
  if (profile.mappings.empty()) return {};
  const model::Mapping& program = profile.mappings.front();  // the program comes first in pprof's format
  const std::string_view file = profile.str(program.file);
  const std::string_view id = profile.str(program.build_id);
  if (id.empty() || !file.starts_with('/')) return {};
  const std::string now = symbolize::build_id_of(file);
  if (now.empty() || now == id) return {};
  return fmt::format(
      "it is not of the program that is there now: {} has build id {}, the profile {}: run the program again", file,
      now, id);
}

}  // namespace bucketprof::cli
