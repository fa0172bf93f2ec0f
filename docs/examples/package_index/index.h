// SPDX-License-Identifier: Apache-2.0
//
// The package database as tables: what each package is, who needs it, which words describe it, who maintains it.
// All names are views into the text that the index owns. Built once, then read only: thread-compatible.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "package_index/tables.h"

namespace package_index {

class Index {
 public:
  /// Reads a database. Throws std::runtime_error with a one-line message if `text` is not one.
  explicit Index(std::string text);
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;

  /// By package name.
  [[nodiscard]] const auto& packages() const { return tables_.packages; }
  /// Package name to the packages that directly depend on it; also for names that no package has.
  [[nodiscard]] const auto& dependents() const { return tables_.dependents; }
  /// Lower-case word to the packages whose summary has it.
  [[nodiscard]] const auto& words() const { return tables_.words; }
  /// `Name <address>` to their packages.
  [[nodiscard]] const auto& maintainers() const { return tables_.maintainers; }

 private:
  void load_packages();
  void index_dependencies();
  void index_words();
  void index_maintainers();

  std::string text_;
  Tables tables_;
};

/// The lower-case words of a text: runs of letters and digits, two bytes or longer.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

}  // namespace package_index
