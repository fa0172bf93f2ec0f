// SPDX-License-Identifier: Apache-2.0
//
// Profiles the variants of the shop (tests/programs/shop) and runs the tool that compares them. Thread-compatible.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::e2e {

/// Whether a variant was built. Those that need clang++ are missing where it is not installed.
[[nodiscard]] bool is_built(const std::string& variant);

/// Profiles of variants, in a temporary folder. By default their in-use values are those at exit.
class Shop {
 public:
  Shop();

  /// Runs a variant once and returns the path of its profile, NAME.pb.gz. If `name` is empty it is the variant's.
  std::string profile(const std::string& variant, std::vector<std::string> settings = {}, std::string name = "");
  /// Writes the baseline of a profile with --update-baseline and returns its path.
  std::string baseline(const std::string& profile);
  /// Writes a file of these bytes and returns its path.
  std::string file(const std::string& name, const std::string& bytes);
  [[nodiscard]] std::string path(const std::string& name) const { return dir_.path() / name; }

  /// `bucketprof check FILE --policy POLICY --baseline BASE MORE...`, from the repository's root.
  [[nodiscard]] testing_support::Ended check(const std::string& file, const std::string& policy,
                                             const std::string& baseline, std::vector<std::string> more = {}) const;
  /// Names and contents of all files in the folder.
  [[nodiscard]] std::map<std::string, std::string> files() const;

 private:
  testing_support::TempDir dir_;
};

[[nodiscard]] testing_support::Ended bucketprof(std::vector<std::string> words);

/// A policy under which none of these metrics may grow, in total, for any table or at any site.
[[nodiscard]] std::string no_growth(const std::vector<std::string>& metrics);
/// The same for every metric, and for findings.
[[nodiscard]] std::string no_growth();

}  // namespace bucketprof::e2e
