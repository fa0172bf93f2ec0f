// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/case_runs.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "profiler/report/format/finding_text.h"

namespace bucketprof::e2e {
namespace {

using findings::FindingId;

/// From index 1.
const std::vector<std::string>& source_of(const std::string& name) {
  static auto* const sources = new std::map<std::string, std::vector<std::string>>;
  std::vector<std::string>& lines = (*sources)[name];
  if (!lines.empty()) return lines;
  lines.emplace_back();
  std::ifstream file(BUCKETPROF_TEST_DATA "/cases/" + name + ".cpp");
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

bool says(const std::string& name, const std::string& text) {
  const std::vector<std::string>& source = source_of(name);
  return std::any_of(source.begin(), source.end(),
                     [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

bool is_in(const recognize::Frame& site, const std::string& name) {
  return std::filesystem::path(site.file).filename() == name + ".cpp";
}

/// A number of a text, with the words before and after it.
struct Said {
  double number = 0;
  std::string before;
  std::string after;
};

std::vector<Said> numbers_of(const std::string& text) {
  std::vector<Said> all;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (std::isdigit(static_cast<unsigned char>(text[i])) == 0) continue;
    const std::size_t from = i;
    std::string digits;
    for (; i < text.size(); ++i) {
      const bool goes_on = i + 1 < text.size() && std::isdigit(static_cast<unsigned char>(text[i + 1])) != 0;
      if (text[i] == ',' && goes_on) continue;
      if (std::isdigit(static_cast<unsigned char>(text[i])) == 0 && !(text[i] == '.' && goes_on)) break;
      digits += text[i];
    }
    all.push_back({std::strtod(digits.c_str(), nullptr), text.substr(0, from), text.substr(i)});
  }
  return all;
}

bool is_counted(const Said& said) {
  // What an array takes is the container's number, not the program's.
  if (said.before.ends_with("array takes ") || said.before.ends_with("arrays take up to ")) return false;
  for (const char* const unit : {" times", " %", " bytes", " bits"}) {
    if (said.after.starts_with(unit)) return false;
  }
  const bool is_line = said.before.ends_with(".cpp:");
  const bool is_advised = said.before.ends_with("reserve(") && !said.before.ends_with("instead of reserve(");
  const bool is_mean = said.number != std::floor(said.number) || said.after.starts_with(" entries on average");
  const bool is_size = said.before.ends_with("an entry of ");
  return !said.before.ends_with("moved ") && !is_advised && !is_mean && !is_size && !is_line;
}

}  // namespace

std::vector<CaseOf> all_cases() {
  std::vector<CaseOf> all;
  for (const std::string& name : cases::names()) {
    for (const std::string& family : cases::families_of(name)) all.push_back({name, family});
  }
  return all;
}

std::set<std::int64_t> cause_lines(const std::string& name) {
  std::set<std::int64_t> lines;
  const std::vector<std::string>& source = source_of(name);
  for (std::size_t i = 1; i < source.size(); ++i) {
    if (source[i].ends_with("// cause: " + name)) lines.insert(static_cast<std::int64_t>(i));
  }
  return lines;
}

bool is_right(const std::string& name) { return says(name, "/*run*/") || says(name, "at most a note"); }
bool is_helped_by_reserve(const std::string& name) { return !says(name, "No reserve() helps"); }

CaseRun run_case(const CaseOf& which, const cases::Run& run, Recording recording) {
  if (which.name == "idle_sessions" || which.name == "scratch_table") recording.at = At::kNow;
  const Recorded recording_of = recorded(
      [&] {
        if (!cases::run(which.name, which.family, run)) std::abort();
        return cases::text_of(cases::facts());
      },
      recording);
  return {.analysis = recording_of.analysis, .facts = cases::facts_of(recording_of.text)};
}

bool is_at_cause(const findings::Finding& finding, const std::string& name) {
  return is_in(finding.site, name) && cause_lines(name).contains(finding.site.line);
}

std::optional<cases::Run> followed(const findings::Finding& finding, const CaseOf& which, cases::Run run) {
  const bool is_reserve =
      finding.reserve.has_value() || finding.id == FindingId::kOverPreallocated || finding.id == FindingId::kNeverUsed;
  if (!is_reserve || !is_in(finding.site, which.name)) return std::nullopt;
  const std::vector<std::string>& source = source_of(which.name);
  for (auto line = static_cast<int>(finding.site.line); line > 0; --line) {
    if (source.at(static_cast<std::size_t>(line)).find("advised(") == std::string::npos) continue;
    const std::uint64_t reserve = finding.reserve.value_or(0);
    const auto earlier = run.reserve.find(line);
    if (earlier != run.reserve.end() && earlier->second == reserve) return std::nullopt;
    run.reserve[line] = reserve;
    return run;
  }
  return std::nullopt;
}

std::vector<std::string> contradictions(const findings::Finding& finding, const cases::Facts& facts) {
  std::set<double> known;
  double all_tables = 0;
  for (const auto& [name, count] : facts.tables) {
    known.insert(static_cast<double>(count));
    all_tables += static_cast<double>(count);
  }
  known.insert(all_tables);
  for (const auto& counts : {facts.most, facts.left, facts.reserved, facts.others}) {
    for (const std::uint64_t count : counts) known.insert(static_cast<double>(count));
  }
  std::vector<std::string> wrong;
  for (const std::string& text : {report::sentence_of(finding), report::advice_of(finding.advice())}) {
    for (const Said& said : numbers_of(text)) {
      if (!is_counted(said) || known.contains(said.number)) continue;
      // What is rounded is said to be an upper limit.
      const auto below = known.upper_bound(said.number);
      const bool is_limit =
          said.before.ends_with("at most ") && below != known.begin() && *std::prev(below) >= 0.8 * said.number;
      if (!is_limit) wrong.push_back(text + " [" + std::to_string(said.number) + "]");
    }
  }
  return wrong;
}

}  // namespace bucketprof::e2e
