// SPDX-License-Identifier: Apache-2.0
//
// Each component of a name is kept, rewritten or dropped on its own.
#include "profiler/compare/stable_name.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <vector>

#include "profiler/base/cxx_name.h"

namespace bucketprof::compare {
namespace {

constexpr std::string_view kLambda = "{lambda}";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$'; }
bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

/// A guess by naming convention, because demangled names do not show which namespaces are inline.
bool looks_inline(std::string_view part) {
  if (part.starts_with("__") || part.starts_with("lts_")) return true;
  if (part.starts_with("_V")) return all_digits(part.substr(2));
  if (!part.starts_with('v') || part.size() < 2 || !is_digit(part[1])) return false;
  return std::all_of(part.begin() + 1, part.end(), [](char c) { return is_digit(c) || c == '_'; });
}

bool is_anonymous(std::string_view part) {
  return part == "(anonymous namespace)" || part == "{anonymous}" || part == "<unnamed>" || part == "_GLOBAL__N_1";
}

/// g++ writes "{lambda#2}" or "<lambda(int)>"; clang writes "$_1", "'lambda'" or "'lambda0'".
bool is_lambda(std::string_view part) {
  return part.starts_with("{lambda") || part.starts_with("<lambda") || part.starts_with("'lambda") ||
         (part.starts_with("$_") && all_digits(part.substr(2)));
}

/// In g++'s debug information a closure with `auto` parameters has no name.
bool is_nameless_lambda(std::string_view part, std::string_view next) {
  return part == "{unnamed type}" && next.starts_with("operator()");
}

/// Functions that initialize global variables before main; compilers name them after the file, a number or a symbol.
bool is_static_initialization(std::string_view name) {
  return name.starts_with("__static_initialization_and_destruction_") || name.starts_with("__cxx_global_var_init") ||
         name.starts_with("_GLOBAL__sub_I_") || name.starts_with("_GLOBAL__I_");
}

/// The name without suffixes that optimisers append: ".part.0", ".isra.1.cold", ".llvm.123".
std::string_view without_clone(std::string_view name) {
  constexpr std::array<std::string_view, 8> kClones{".part",     ".isra", ".constprop", ".cold",
                                                    ".lto_priv", ".llvm", ".actor",     ".destroy"};
  std::size_t end = name.size();
  for (const std::string_view clone : kClones) {
    const std::size_t at = name.find(clone);
    if (at == std::string_view::npos || at == 0) continue;
    const std::string_view rest = name.substr(at + clone.size());
    if (rest.empty() || rest[0] == '.') end = std::min(end, at);
  }
  return name.substr(0, end);
}

/// Whether a name has only words and "::", and no word that may have to be dropped. True for most names.
bool is_plain(std::string_view name) {
  bool start = true;
  for (const char c : name) {
    if (!is_word_char(c) && c != ':') return false;
    if (start && (c == 'v' || c == '_' || c == '$' || c == 'l'))
      return false;  // perhaps an inline namespace, or a lambda
    start = c == ':';
  }
  return name.find(":::") == std::string_view::npos && !name.empty();
}

}  // namespace

std::string stable_function_name(std::string_view name) {
  if (is_plain(name)) return std::string(name);
  const std::string qualified = qualified_name(without_clone(name));
  if (is_static_initialization(qualified)) return "{static initialization}";
  const std::vector<std::string_view> parts = components(qualified);
  std::string stable;
  bool after_lambda = false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string_view part = parts[i];
    const bool last = i + 1 == parts.size();
    if (is_anonymous(part) || (!last && looks_inline(part))) continue;
    const bool lambda = is_lambda(part) || (!last && is_nameless_lambda(part, parts[i + 1]));
    if (after_lambda && last && part.starts_with("operator()")) continue;  // the only function of a lambda
    after_lambda = lambda;
    if (!stable.empty()) stable += "::";
    stable += lambda ? kLambda : part;
  }
  return stable.empty() ? qualified : stable;
}

std::string stable_table_name(std::string_view name) {
  std::string stable;
  for (std::size_t at = 0; at < name.size();) {
    const bool start = at == 0 || !is_word_char(name[at - 1]);
    std::size_t end = at;
    while (end < name.size() && is_word_char(name[end])) ++end;
    if (start && end > at && name.substr(end).starts_with("::") && looks_inline(name.substr(at, end - at))) {
      at = end + 2;
      continue;
    }
    bool skipped = false;
    for (const std::string_view hidden : {"(anonymous namespace)::", "{anonymous}::", "<unnamed>::"}) {
      if (!name.substr(at).starts_with(hidden)) continue;
      at += hidden.size();
      skipped = true;
      break;
    }
    if (skipped) continue;
    end = std::max(end, at + 1);
    stable += name.substr(at, end - at);
    at = end;
  }
  return stable.empty() ? std::string(name) : stable;
}

}  // namespace bucketprof::compare
