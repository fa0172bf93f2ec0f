// SPDX-License-Identifier: Apache-2.0
//
// Parses what the pprof viewers print.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace bucketprof::e2e {

/// One row of -top.
struct Row {
  std::int64_t flat = 0;
  std::int64_t cum = 0;
  std::string function;  // without "(inline)"
};
/// The rows of `-top -unit=B`, in their order.
[[nodiscard]] std::vector<Row> rows_of_top(std::string_view printed);

/// One block of -traces.
struct Trace {
  std::map<std::string, std::string> labels;
  std::vector<std::string> frames;  // leaf first, without "(inline)"
};
[[nodiscard]] std::vector<Trace> traces_of(std::string_view printed);

/// One line below "Mappings" of -raw.
struct MappingLine {
  std::uint64_t start = 0;
  std::uint64_t limit = 0;
  std::uint64_t offset = 0;
  std::string file;
  std::string build_id;
};
[[nodiscard]] std::vector<MappingLine> mappings_of_raw(std::string_view printed);

/// The lines of a text.
[[nodiscard]] std::vector<std::string> lines_of(std::string_view text);

}  // namespace bucketprof::e2e
