// SPDX-License-Identifier: Apache-2.0
#include "profiler/environment.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <type_traits>
#include <utility>

#include "profiler/base/contract.h"

namespace bucketprof {
namespace {

constexpr std::uint32_t kLongestEvery = 1'000'000;  // seconds

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Whether a signal can be used to request a profile: not if it cannot be caught, is reserved by the C library, or
/// stands for a fault, which would recur when the handler returns.
bool can_ask(int number) {
  constexpr std::array kOthers{SIGKILL, SIGSTOP, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
  const bool reserved = number > SIGSYS && number < SIGRTMIN;
  return number > 0 && number < NSIG && !reserved && std::find(kOthers.begin(), kOthers.end(), number) == kOthers.end();
}

std::optional<int> signal_in(std::string_view text) {
  if (const auto number = number_in<int>(text)) return can_ask(*number) ? number : std::nullopt;
  if (text.starts_with("SIG")) text.remove_prefix(3);
  for (int number = 1; number < NSIG; ++number) {
    const char* name = sigabbrev_np(number);
    if (name != nullptr && text == name && can_ask(number)) return number;
  }
  return std::nullopt;
}

}  // namespace

Environment read_environment(const char* (*get)(const char*), std::string& complaints) {
  Environment found;
  const auto value_of = [get](const char* name) { return std::string_view(get(name) != nullptr ? get(name) : ""); };
  const auto complain = [&complaints](const char* name, std::string_view value, std::string_view expected) {
    complaints += fmt::format("bucketprof: {}={}: not {}; ignored\n", name, value, expected);
  };
  found.output = value_of(contract::kOutputVariable);
  if (found.output.empty()) return found;

  const auto read_number = [&](const char* name, auto& into, auto least, const char* expected) {
    const auto text = value_of(name);
    if (text.empty()) return;
    const auto number = number_in<std::remove_reference_t<decltype(into)>>(text);
    if (number.has_value() && *number >= least) {
      into = *number;
    } else {
      complain(name, text, expected);
    }
  };
  read_number(contract::kIntervalVariable, found.options.interval, 1U, "a number of bytes from 1 on");
  read_number("BUCKETPROF_MEMORY_LIMIT", found.options.memory_limit, 0U, "a number of bytes");
  read_number("BUCKETPROF_SEED", found.options.seed, 0U, "a number");
  read_number("BUCKETPROF_AUDIT_INTERVAL", found.options.audit_interval, 1U, "a number from 1 on");
  read_number(contract::kLookVariable, found.look_from, 0U, "a number of bytes");
  read_number("BUCKETPROF_EVERY", found.every, 1U, "a number of seconds from 1 to 1000000");
  if (found.every > kLongestEvery) {
    complain("BUCKETPROF_EVERY", value_of("BUCKETPROF_EVERY"), "a number of seconds from 1 to 1000000");
    found.every = 0;
  }
  if (const auto text = value_of(contract::kAtVariable); text == "exit") {
    found.at = At::kNow;
  } else if (!text.empty() && text != "peak") {
    complain(contract::kAtVariable, text, "peak or exit");
  }
  if (const auto text = value_of("BUCKETPROF_SIGNAL"); !text.empty()) {
    if (const auto number = signal_in(text)) {
      found.signal = *number;
    } else {
      complain("BUCKETPROF_SIGNAL", text, "the number or name of a signal that can be handled");
    }
  }
  return found;
}

std::string output_path(std::string_view pattern, std::int64_t pid, bool forked, int number) {
  std::string path;
  bool has_pid = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern.substr(i).starts_with("%p")) {
      path += fmt::format("{}", pid);
      has_pid = true;
      ++i;
    } else {
      path += pattern[i];
    }
  }
  std::string suffix;
  if (forked && !has_pid) suffix += fmt::format(".{}", pid);
  if (number > 0) suffix += fmt::format(".{}", number);
  return contract::with_suffix(std::move(path), suffix);
}

}  // namespace bucketprof
