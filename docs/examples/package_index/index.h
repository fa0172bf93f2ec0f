// SPDX-License-Identifier: Apache-2.0
//
// The package database as tables: what each package is, who needs it, which words describe it, who maintains it.
// All names are views into the text that the index owns. Built once, then read only: thread-compatible.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/containers_map.h"
#include "profiler/containers_std.h"

namespace package_index {

struct Package {
  std::string_view version;
  std::string_view section;
  std::string_view maintainer;
  std::string_view summary;
  std::string_view depends;
  std::string_view pre_depends;
  std::uint64_t installed_kib = 0;
};

using Names = std::vector<std::string_view>;

class Index {
 public:
  /// Reads a database. Throws std::runtime_error, one line, where the text is none.
  explicit Index(std::string text);
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;

  /// By package name.
  [[nodiscard]] const auto& packages() const { return packages_; }
  /// Package name to the packages that depend on it, directly; also of names that no package has.
  [[nodiscard]] const auto& dependents() const { return dependents_; }
  /// Lower-case word to the packages whose summary has it.
  [[nodiscard]] const auto& words() const { return words_; }
  /// `Name <address>` to their packages.
  [[nodiscard]] const auto& maintainers() const { return maintainers_; }

 private:
  void load_packages();
  void index_dependencies();
  void index_words();
  void index_maintainers();

  std::string text_;
  bucketprof::profiled::Map<std::string_view, Package> packages_{bucketprof::named("packages")};
  bucketprof::profiled::Map<std::string_view, Names> dependents_{bucketprof::named("dependents")};
  bucketprof::profiled::Map<std::string, Names> words_{bucketprof::named("words")};
  bucketprof::profiled::unordered_map<std::string_view, Names> maintainers_{bucketprof::named("maintainers")};
};

/// The lower-case words of a text: runs of letters and digits, two bytes or longer.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

}  // namespace package_index
