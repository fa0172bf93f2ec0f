// SPDX-License-Identifier: Apache-2.0
//
// The number columns of the text report: those that a profile has values for, with their titles and cells.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "profiler/analyze/analysis.h"

namespace bucketprof::report {

class Columns {
 public:
  explicit Columns(const analyze::Analysis& analysis);

  /// The titles in one line, each right-aligned with the cells of its column.
  [[nodiscard]] std::string titles() const;

  /// The cells of one row. A value of 0 is shown as "-", so that the other values stand out, and slack as "?" if it is
  /// not known.
  [[nodiscard]] std::string cells(const facts::SampleValues& amounts, bool tells_slack = true) const;

  /// The width of a row of cells, in characters.
  [[nodiscard]] std::size_t width() const;

 private:
  struct Column {
    std::string title;
    std::size_t width;
    std::function<std::string(const facts::SampleValues&)> cell;
    bool is_slack = false;
  };
  std::vector<Column> columns_;
};

}  // namespace bucketprof::report
