// SPDX-License-Identifier: Apache-2.0
//
// Line ends and tabs become character references: parsers turn them into spaces in attributes, and "\r" into "\n"
// everywhere.
#include "profiler/report/format/xml.h"

#include <fmt/format.h>

#include "profiler/base/utf8.h"

namespace bucketprof::report {

std::string xml_text(std::string_view text) {
  constexpr std::string_view kReplacement = "\xef\xbf\xbd";
  const std::string valid = to_utf8(text);
  std::string result;
  result.reserve(valid.size());
  for (std::size_t i = 0; i < valid.size(); ++i) {
    const char c = valid[i];
    if (valid.compare(i, 3, "\xef\xbf\xbe") == 0 || valid.compare(i, 3, "\xef\xbf\xbf") == 0) {
      result += kReplacement;
      i += 2;
    } else if (std::string_view("<>&\"'\t\n\r\x7f").find(c) != std::string_view::npos) {
      result += fmt::format("&#{};", static_cast<int>(c));
    } else if (static_cast<unsigned char>(c) < 0x20) {
      result += kReplacement;
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace bucketprof::report
