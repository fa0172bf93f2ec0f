// SPDX-License-Identifier: Apache-2.0
//
// Numbers and names in the form and width that a page of text needs. Thread-safe (no state).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "profiler/base/grouped.h"

namespace bucketprof::report {

/// "512 B", "1.5 KiB", "20.0 MiB"; a minus sign for negative values.
[[nodiscard]] std::string human_bytes(std::int64_t bytes);

/// "33 %" of `part` in `whole`, rounded; "" if the whole is 0.
[[nodiscard]] std::string percent(std::int64_t part, std::int64_t whole);

/// A value in its pprof unit: bytes as human_bytes, everything else grouped, with the unit unless it is "count".
[[nodiscard]] std::string in_unit(std::int64_t value, std::string_view unit);

/// What follows the last slash of a path.
[[nodiscard]] std::string_view base_name(std::string_view path);

/// At most `width` characters (UTF-8) of `text`, with "..." where something is missing. Control characters become '?',
/// so that a name in a profile cannot steer the terminal.
[[nodiscard]] std::string keep_start(std::string_view text, std::size_t width);
[[nodiscard]] std::string keep_end(std::string_view text, std::size_t width);

}  // namespace bucketprof::report
