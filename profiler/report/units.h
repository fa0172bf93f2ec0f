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

/// The same with a sign, for what something grew by: "+1.5 KiB", "-3", "0 B".
[[nodiscard]] std::string signed_in_unit(std::int64_t growth, std::string_view unit);

/// "+20.0 %" from 50 to 60; "" from 0, of which nothing is a share; ">+9999 %" where a number would say no more.
[[nodiscard]] std::string growth_percent(std::int64_t before, std::int64_t after);

/// What follows the last slash of a path.
[[nodiscard]] std::string_view base_name(std::string_view path);

/// At most `width` characters (UTF-8) of `text`, with "..." where something is missing. Control characters become '?',
/// so that a name in a profile cannot steer the terminal; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string keep_start(std::string_view text, std::size_t width);
[[nodiscard]] std::string keep_end(std::string_view text, std::size_t width);

}  // namespace bucketprof::report
