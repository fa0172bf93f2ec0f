// SPDX-License-Identifier: Apache-2.0
#include "tests/cases/facts.h"

#include <mutex>
#include <sstream>
#include <utility>

#include "tests/cases/case.h"

namespace cases {
namespace {

using Families = std::vector<std::pair<std::string_view, Function>>;
std::map<std::string, Families, std::less<>>& all() {
  static auto* const cases = new std::map<std::string, Families, std::less<>>;
  return *cases;
}

}  // namespace

void Facts::made(const char* name) {
  static std::mutex mutex;  // some cases start threads
  const std::lock_guard lock(mutex);
  ++tables[name];
}

Facts& facts() {
  static auto* const facts = new Facts;
  return *facts;
}

std::uint64_t advised(std::uint64_t argument, int line) {
  const auto found = facts().reserve.find(line);
  const std::uint64_t reserve = found == facts().reserve.end() ? argument : found->second;
  if (reserve > 0) facts().reserved.insert(reserve);
  return reserve;
}

bool add_case(std::string_view name, const Families& families) { return all().emplace(name, families).second; }

std::vector<std::string> names() {
  std::vector<std::string> names;
  for (const auto& [name, families] : all()) names.push_back(name);
  return names;
}

std::vector<std::string> families_of(std::string_view name) {
  std::vector<std::string> families;
  const auto found = all().find(name);
  if (found == all().end()) return {};
  for (const auto& [family, function] : found->second) families.emplace_back(family);
  return families;
}

bool run(std::string_view name, std::string_view family, const Run& run) {
  const auto found = all().find(name);
  if (found == all().end()) return false;
  facts() = {};
  facts().reserve = run.reserve;
  for (const auto& [known, function] : found->second) {
    if (known != family) continue;
    function(run);
    return true;
  }
  return false;
}

std::string text_of(const Facts& facts) {
  std::ostringstream text;
  for (const auto& [name, count] : facts.tables) text << "tables " << name << ' ' << count << '\n';
  for (const std::uint64_t n : facts.most) text << "most " << n << '\n';
  for (const std::uint64_t n : facts.left) text << "left " << n << '\n';
  for (const std::uint64_t n : facts.reserved) text << "reserved " << n << '\n';
  for (const std::uint64_t n : facts.others) text << "others " << n << '\n';
  return text.str();
}

Facts facts_of(const std::string& text) {
  Facts facts;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    std::string name;
    std::uint64_t n = 0;
    if (word == "tables") words >> name;
    words >> n;
    if (word == "tables") facts.tables[name] = n;
    if (word == "most") facts.most.insert(n);
    if (word == "left") facts.left.insert(n);
    if (word == "others") facts.others.insert(n);
    if (word == "reserved") facts.reserved.insert(n);
  }
  return facts;
}

}  // namespace cases
