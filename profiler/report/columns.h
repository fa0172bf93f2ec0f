// SPDX-License-Identifier: Apache-2.0
//
// The number columns of the text report: which a profile has, their titles and their cells. Thread-compatible.
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

  /// The titles, right-aligned, ending where a row's cells end.
  [[nodiscard]] std::string titles() const;

  /// One row's cells. Values of 0 are "-", so that the eye finds the others.
  [[nodiscard]] std::string cells(const analyze::Amounts& amounts) const;

  /// Characters that a row of cells takes.
  [[nodiscard]] std::size_t width() const;

 private:
  struct Column {
    std::string title;
    std::size_t width;
    std::function<std::string(const analyze::Amounts&)> cell;
  };
  std::vector<Column> columns_;
};

}  // namespace bucketprof::report
