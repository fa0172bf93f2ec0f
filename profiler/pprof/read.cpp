// SPDX-License-Identifier: Apache-2.0
//
// Legacy text ("heap...") is never a valid profile.proto: its third letter would be a period with the wrong wire type.
#include "profiler/pprof/read.h"

#include <new>
#include <string>

#include "profiler/pprof/gzip.h"
#include "profiler/pprof/legacy.h"

namespace bucketprof::pprof {

Result<model::Profile> read_any(std::string_view bytes, std::uint64_t max_bytes) {
  try {
    std::string plain;
    if (is_gzip(bytes)) {
      Result<std::string> content = gunzip(bytes, max_bytes);
      if (!content) return Error{content.error()};
      plain = std::move(content).value();
      if (plain.empty()) return Error{"the gzip data is empty"};
      bytes = plain;
    }
    return is_legacy_heap(bytes) ? decode_legacy(bytes) : decode(bytes, max_bytes);
  } catch (const std::bad_alloc&) {
    return Error{"there is not enough memory to read the profile"};
  }
}

}  // namespace bucketprof::pprof
