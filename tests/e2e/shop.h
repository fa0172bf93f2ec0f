// SPDX-License-Identifier: Apache-2.0
//
// The shop's variants (tests/programs/shop), profiled, and the tool that compares them. Thread-compatible.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::e2e {

/// Whether a variant was built: those of another compiler are not everywhere.
[[nodiscard]] bool is_built(const std::string& variant);

/// Profiles of variants in a folder of its own. In-use values are those of the end.
class Shop {
 public:
  Shop();

  /// The profile of one run: NAME.pb.gz, where NAME is the variant if not given.
  std::string profile(const std::string& variant, std::vector<std::string> settings = {}, std::string name = "");
  /// The baseline of a profile, by --update-baseline.
  std::string baseline(const std::string& profile);
  /// A file of these bytes.
  std::string file(const std::string& name, const std::string& bytes);
  [[nodiscard]] std::string path(const std::string& name) const { return dir_.path() / name; }

  /// `bucketprof check FILE --policy POLICY --baseline BASE MORE...`, from the repository's root.
  [[nodiscard]] testing_support::Ended check(const std::string& file, const std::string& policy,
                                             const std::string& baseline, std::vector<std::string> more = {}) const;
  /// Names and contents of all files.
  [[nodiscard]] std::map<std::string, std::string> files() const;

 private:
  testing_support::TempDir dir_;
};

[[nodiscard]] testing_support::Ended bucketprof(std::vector<std::string> words);

/// A policy that lets no value of these metrics grow: in total, of any table, at any site, for any finding.
[[nodiscard]] std::string no_growth(const std::vector<std::string>& metrics);
/// Of every metric.
[[nodiscard]] std::string no_growth();

}  // namespace bucketprof::e2e
