// SPDX-License-Identifier: Apache-2.0
#include "package_index/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <utility>
#include <vector>

namespace package_index {
namespace {

constexpr std::size_t kListed = 5;       // entries of each kind in the summary
constexpr std::size_t kTellingWord = 5;  // bytes; shorter words are mostly "for" and "the"

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

/// A headline, then a line for each package with its summary.
std::string listing(const Index& index, std::string_view headline, Names names) {
  std::ranges::sort(names);
  std::string text = fmt::format("{} {}\n", names.size(), headline);
  for (const std::string_view name : names) {
    const auto package = index.packages().find(name);
    fmt::format_to(std::back_inserter(text), "  {:<32} {}\n", name, package->second.summary);
  }
  return text;
}

/// The entries of a table of names with the most names, largest first.
template <class Table, class Wanted>
std::string largest(const Table& table, std::string_view headline, const Wanted& wanted) {
  std::vector<std::pair<std::size_t, std::string_view>> entries;
  for (auto&& [key, names] : table) {
    if (wanted(key)) entries.emplace_back(names.size(), key);
  }
  const std::size_t count = std::min(entries.size(), kListed);
  std::ranges::partial_sort(
      entries, entries.begin() + static_cast<std::ptrdiff_t>(count),
      [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  std::string text = fmt::format("{}\n", headline);
  for (std::size_t i = 0; i < count; ++i) {
    fmt::format_to(std::back_inserter(text), "  {:>7}  {}\n", entries[i].first, entries[i].second);
  }
  return text;
}

}  // namespace

std::optional<std::string> show(const Index& index, std::string_view package) {
  const auto found = index.packages().find(package);
  if (found == index.packages().end()) return std::nullopt;
  const Package& facts = found->second;
  const auto users = index.dependents().find(package);
  const std::size_t user_count = users == index.dependents().end() ? 0 : users->second.size();
  return fmt::format(
      "{} {}\n  {}\n  section     {}\n  installed   {} KiB\n  maintainer  {}\n  needed by   {} packages\n", package,
      facts.version, facts.summary, facts.section, facts.installed_kib, facts.maintainer, user_count);
}

std::optional<std::string> depends_on(const Index& index, std::string_view package) {
  const auto found = index.dependents().find(package);
  if (found == index.dependents().end()) return std::nullopt;
  return listing(index, fmt::format("packages depend on {}", package), found->second);
}

std::optional<std::string> described_by(const Index& index, std::string_view word) {
  const auto found = index.words().find(lower_case(word));
  if (found == index.words().end()) return std::nullopt;
  return listing(index, fmt::format("packages are described with '{}'", lower_case(word)), found->second);
}

std::optional<std::string> maintained_by(const Index& index, std::string_view part) {
  const std::string wanted = lower_case(part);
  std::vector<std::string_view> people;
  for (auto&& [maintainer, names] : index.maintainers()) {
    if (lower_case(maintainer).find(wanted) != std::string::npos) people.push_back(maintainer);
  }
  if (people.empty()) return std::nullopt;
  std::ranges::sort(people);
  std::string text;
  for (const std::string_view maintainer : people) {
    text += listing(index, fmt::format("packages of {}", maintainer), index.maintainers().find(maintainer)->second);
  }
  return text;
}

std::string summary(const Index& index) {
  std::uint64_t installed_kib = 0;
  for (auto&& [name, package] : index.packages()) installed_kib += package.installed_kib;
  const auto any = [](std::string_view) { return true; };
  const auto telling = [](std::string_view word) { return word.size() >= kTellingWord; };
  std::string text =
      fmt::format("{} packages, {:.1f} GiB installed; {} words, {} maintainers\n", index.packages().size(),
                  static_cast<double>(installed_kib) / (1 << 20), index.words().size(), index.maintainers().size());
  text += largest(index.dependents(), "needed by the most packages", any);
  text += largest(index.words(), "in the most summaries", telling);
  text += largest(index.maintainers(), "maintaining the most packages", any);
  return text;
}

}  // namespace package_index
