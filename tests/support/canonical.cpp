// SPDX-License-Identifier: Apache-2.0
//
// The line of a sample holds everything that a viewer could show of it.
#include "tests/support/canonical.h"

#include <algorithm>

#include <fmt/format.h>

namespace bucketprof::testing_support {

std::vector<std::string> canonical_samples(const model::Profile& p) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < p.samples.size(); ++i) {
    std::string text;
    for (const model::LocationId id : p.stack(i)) {
      const model::Location& l = p.locations[id];
      text += fmt::format(" {:#x}", l.address);
      if (l.mapping != model::kNone) text += fmt::format("@{}", p.str(p.mappings[l.mapping].file));
      for (const model::Line& line : l.lines) {
        const model::Function& f = p.functions[line.function];
        text += fmt::format("[{} {} {} {} {}]", p.str(f.name), p.str(f.system_name), p.str(f.file), f.start_line,
                            line.line);
      }
    }
    for (const model::Label& label : p.labels(i)) {
      text += label.is_number ? fmt::format(" {}={}{}", p.str(label.key), label.num, p.str(label.unit))
                              : fmt::format(" {}='{}'", p.str(label.key), p.str(label.str));
    }
    for (const std::int64_t value : p.values(i)) text += fmt::format(" {}", value);
    lines.push_back(std::move(text));
  }
  std::ranges::sort(lines);
  return lines;
}

std::vector<std::int64_t> totals(const model::Profile& p) {
  std::vector<std::int64_t> sums(p.sample_types.size());
  for (std::size_t i = 0; i < p.value_pool.size(); ++i) sums[i % sums.size()] += p.value_pool[i];
  return sums;
}

}  // namespace bucketprof::testing_support
