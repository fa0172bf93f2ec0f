// SPDX-License-Identifier: Apache-2.0
//
// Formats numbers and names for display.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "profiler/base/grouped.h"

namespace bucketprof::report {

/// "512 B", "1.5 KiB", "20.0 MiB"; a minus sign for negative values.
[[nodiscard]] std::string human_bytes(std::int64_t bytes);

/// `part` as a share of `whole`, rounded: "33 %"; "" if `whole` is 0.
[[nodiscard]] std::string percent(std::int64_t part, std::int64_t whole);

/// A count with grouped digits; "?" if it is not known.
[[nodiscard]] inline std::string known(std::optional<std::int64_t> count) { return count ? grouped(*count) : "?"; }

/// A value in its pprof unit: bytes as human_bytes(), others with grouped digits and the unit, unless that is "count".
[[nodiscard]] std::string in_unit(std::int64_t value, std::string_view unit);

/// The same with a sign, for a growth: "+1.5 KiB", "-3", "0 B".
[[nodiscard]] std::string signed_in_unit(std::int64_t growth, std::string_view unit);

/// "+20.0 %" from 50 to 60; "" if `before` is not positive; ">+9999 %" if it is more than that.
[[nodiscard]] std::string growth_percent(std::int64_t before, std::int64_t after);

/// The part of a path after its last slash.
[[nodiscard]] std::string_view base_name(std::string_view path);

/// The start or the end of `text`: at most `width` UTF-8 characters, with "..." in place of what was cut. Control
/// characters become '?', so that names cannot control the terminal. Bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string elide_end(std::string_view text, std::size_t width);
[[nodiscard]] std::string elide_start(std::string_view text, std::size_t width);

}  // namespace bucketprof::report
