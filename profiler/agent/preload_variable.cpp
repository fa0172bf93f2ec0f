// SPDX-License-Identifier: Apache-2.0
#include "profiler/agent/preload_variable.h"

#include <cstring>

#include "profiler/base/contract.h"

namespace bucketprof::agent {
namespace {

constexpr std::string_view kSeparators = ": ";  // the loader accepts both

/// Whether the library at `path` is named `file`, with or without a version suffix.
bool is(std::string_view path, std::string_view file) {
  const std::string_view name = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
  return name.starts_with(file) && (name.size() == file.size() || name[file.size()] == '.');
}

/// The value in "NAME=value"; nullptr if the entry has another name.
char* value_of(char* entry, std::string_view name) {
  const bool same = std::string_view(entry).starts_with(name) && entry[name.size()] == '=';
  return same ? entry + name.size() + 1 : nullptr;
}

}  // namespace

std::size_t without_agent(char* list, bool brought) noexcept {
  const std::string_view text(list);
  std::size_t out = 0;
  bool behind_agent = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find_first_of(kSeparators, at);
    const std::string_view path = text.substr(at, end - at);
    const std::size_t rest = end == std::string_view::npos ? text.size() : end + 1;
    const bool agent = is(path, contract::kAgentFile);
    if (!agent && !(brought && behind_agent && is(path, contract::kTcmallocFile))) {
      std::memmove(list + out, list + at, rest - at);  // with its separator
      out += rest - at;
    }
    if (!path.empty()) behind_agent = agent;
    at = rest;
  }
  if (out != text.size() && out != 0 && kSeparators.find(list[out - 1]) != std::string_view::npos) --out;
  list[out] = '\0';
  return out;
}

void clean(char** environment) noexcept {
  bool brought = false;
  for (char** entry = environment; *entry != nullptr; ++entry) {
    const char* const behind = value_of(*entry, contract::kBehindVariable);
    brought = brought || (behind != nullptr && std::string_view(behind) == contract::kBehindTcmalloc);
  }
  char** out = environment;
  for (char** entry = environment; *entry != nullptr; ++entry) {
    char* const preload = value_of(*entry, contract::kPreloadVariable);
    const bool emptied = preload != nullptr && without_agent(preload, brought) == 0;
    const char* const reports = value_of(*entry, contract::kLargeReportsVariable);
    const bool is_ours = brought && ((reports != nullptr && std::string_view(reports) == "0") ||
                                     value_of(*entry, contract::kBehindVariable) != nullptr);
    if (!emptied && !is_ours) *out++ = *entry;
  }
  *out = nullptr;
}

}  // namespace bucketprof::agent
