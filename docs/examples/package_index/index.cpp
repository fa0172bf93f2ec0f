// SPDX-License-Identifier: Apache-2.0
#include "package_index/index.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "package_index/stanza.h"

namespace package_index {
namespace {

constexpr std::size_t kWordsInSummary = 4;  // worth indexing, on average
constexpr std::size_t kShortestWord = 2;

/// Adds `name` unless it is the last one already: one package may ask for another twice, for two version limits.
void append(Names& names, std::string_view name) {
  if (names.empty() || names.back() != name) names.push_back(name);
}

/// Splits off the part of `list` before the next `,` or `|`.
std::string_view next_item(std::string_view& list) {
  const std::string_view item = list.substr(0, list.find_first_of(",|"));
  list.remove_prefix(std::min(item.size() + 1, list.size()));
  return trimmed(item);
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    const bool upper = c >= 'A' && c <= 'Z';
    const bool lower = c >= 'a' && c <= 'z';
    if (digit || upper || lower) {
      words.back().push_back(upper ? static_cast<char>(c - 'A' + 'a') : c);
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  std::erase_if(words, [](const std::string& word) { return word.size() < kShortestWord; });
  return words;
}

Index::Index(std::string text) : text_(std::move(text)) {
  load_packages();
  index_dependencies();
  index_words();
  index_maintainers();
}

void Index::load_packages() {
  for_each_stanza(text_, [this](const Stanza& stanza) {
    const std::string_view name = stanza["Package"];
    if (name.empty()) throw std::runtime_error("a stanza has no Package field");
    Package package;
    package.version = stanza["Version"];
    package.section = stanza["Section"];
    package.maintainer = stanza["Maintainer"];
    package.summary = stanza["Description"];
    package.summary = package.summary.substr(0, package.summary.find('\n'));
    package.depends = stanza["Depends"];
    package.pre_depends = stanza["Pre-Depends"];
    const std::string_view size = stanza["Installed-Size"];
    std::from_chars(size.data(), size.data() + size.size(), package.installed_kib);
    tables_.packages.try_emplace(name, package);  // of several versions, the first one
  });
  if (tables_.packages.empty()) throw std::runtime_error("no package in it");
}

void Index::index_dependencies() {
  for (auto&& [name, package] : tables_.packages) {
    for (std::string_view list : {package.depends, package.pre_depends}) {
      while (!list.empty()) {
        const std::string_view item = next_item(list);
        const std::string_view needed = item.substr(0, item.find_first_of(" (:"));  // without version, architecture
        if (!needed.empty()) append(tables_.dependents[needed], name);
      }
    }
  }
}

void Index::index_words() {
  tables_.words.reserve(tables_.packages.size() * kWordsInSummary);
  for (auto&& [name, package] : tables_.packages) {
    for (std::string& word : words_of(package.summary)) append(tables_.words[std::move(word)], name);
  }
}

void Index::index_maintainers() {
  for (auto&& [name, package] : tables_.packages) {
    if (!package.maintainer.empty()) append(tables_.maintainers[package.maintainer], name);
  }
}

}  // namespace package_index
