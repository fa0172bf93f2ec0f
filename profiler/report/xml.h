// SPDX-License-Identifier: Apache-2.0
//
// Text as XML 1.0 can hold it. Thread-safe (no state).
#pragma once

#include <string>
#include <string_view>

namespace bucketprof::report {

/// Fit for an element's content and for an attribute in double quotes, where it comes back as it is, line ends
/// included. What XML has no way to say (most control characters, U+FFFE, U+FFFF) and bytes that are not UTF-8 become
/// U+FFFD.
[[nodiscard]] std::string xml_text(std::string_view text);

}  // namespace bucketprof::report
