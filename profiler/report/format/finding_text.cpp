// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/format/finding_text.h"

#include <fmt/format.h>

#include "profiler/base/cxx_name.h"
#include "profiler/report/format/units.h"

namespace bucketprof::report {

std::string table_of(std::string_view table, std::string_view kind) {
  return kind.empty() ? std::string(table) : fmt::format("{} ({})", table, kind);
}

std::string tables_of(const findings::Finding& finding) {
  std::string text = finding.tables.empty() ? "" : finding.tables.front();
  if (finding.tables.size() > 1) {
    text += fmt::format(" and {} other{}", finding.tables.size() - 1, finding.tables.size() > 2 ? "s" : "");
  }
  return table_of(text, finding.kind);
}

std::string place_of(const recognize::Frame& site) {
  const std::string function = qualified_name(site.function);
  return site.file.empty() ? function : fmt::format("{}:{} {}", site.file, site.line, function);
}

std::string savings_of(const findings::Finding& finding) {
  std::string text = human_bytes(finding.avoidable);
  if (finding.confidence != findings::Confidence::kExact) {
    text += fmt::format(" +- {} (confidence {})", human_bytes(finding.error), name_of(finding.confidence));
  }
  if (finding.of_inuse) return text + " of what is in use at the moment";
  text += " of what the run allocates";
  if (finding.avoidable_inuse > 0)
    text += fmt::format(", {} in use at the moment", human_bytes(finding.avoidable_inuse));
  return text;
}

}  // namespace bucketprof::report
