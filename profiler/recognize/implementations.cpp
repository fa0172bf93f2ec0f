// SPDX-License-Identifier: Apache-2.0
//
// Patterns are indexed by their first three characters, and the longest are tried first.
#include "profiler/recognize/implementations.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <unordered_map>
#include <vector>

#include "profiler/base/cxx_name.h"
#include "profiler/model/our_frames.h"
#include "profiler/recognize/library_patterns.h"
#include "profiler/recognize/rust_path.h"
#include "profiler/recognize/table_patterns.h"

namespace bucketprof::recognize {
namespace {

constexpr std::size_t kKeyLength = 3;

struct Entry {
  std::string_view name;  // without the star
  bool is_prefix = false;
  Role role;
  [[nodiscard]] bool matches(std::string_view text) const { return is_prefix ? text.starts_with(name) : text == name; }
};

class Index {
 public:
  Index() {
    for (const TablePattern& pattern : kTablePatterns) {
      const Owner owner = pattern.common ? Owner::kCommon : Owner::kTable;
      add(pattern.name, {.owner = owner,
                         .table = pattern.table,
                         .part = pattern.part.part,
                         .cause = pattern.cause.cause,
                         .alone = pattern.alone.cause,
                         .allocates_keys = pattern.keys,
                         .anchors = pattern.anchors,
                         .source = pattern.source});
    }
    for (const PlainPattern& pattern : kPlainPatterns)
      add(pattern.name, {.owner = pattern.owner, .part = pattern.part.part});
    put(model::kOurNamespace, true, {.owner = Owner::kLibrary});  // the bundled map, and frames that were not dropped
    for (auto& [key, entries] : entries_) {
      std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return a.name.size() != b.name.size() ? a.name.size() > b.name.size() : !a.is_prefix && b.is_prefix;
      });
    }
  }

  [[nodiscard]] Role find(std::string_view name) const {
    const auto known = entries_.find(name.substr(0, kKeyLength));
    if (known == entries_.end()) return {};
    for (const Entry& entry : known->second) {
      if (entry.matches(name)) return entry.role;
    }
    return {};
  }

  [[nodiscard]] std::vector<Role> find_common(std::string_view name) const {
    std::vector<Role> found;
    const auto known = entries_.find(name.substr(0, kKeyLength));
    if (known == entries_.end()) return found;
    for (const Entry& entry : known->second) {
      if (entry.role.owner != Owner::kCommon || !entry.matches(name)) continue;
      const auto is_same = [&entry](const Role& role) { return role.table == entry.role.table; };
      if (std::none_of(found.begin(), found.end(), is_same)) found.push_back(entry.role);
    }
    return found;
  }

 private:
  void add(std::string_view name, const Role& role) {
    const bool is_prefix = name.ends_with('*');
    if (is_prefix) name.remove_suffix(1);
    put(name, is_prefix, role);
  }
  void put(std::string_view name, bool is_prefix, const Role& role) {
    entries_[name.substr(0, kKeyLength)].push_back({name, is_prefix, role});
  }

  std::unordered_map<std::string_view, std::vector<Entry>> entries_;
};

const Index& index() {
  static const Index& all = *new Index();
  return all;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_identifier(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// An inline version namespace: behind the namespace `behind`, a component that starts with `start` is replaced.
struct Version {
  std::string_view behind;
  std::string_view start;
  std::string_view instead;  // "", or a component with its "::"
};
constexpr std::array<Version, 12> kVersions{{{"absl::", "lts_", ""},
                                             {"absl::", "debian", ""},
                                             // Which functions are in it differs from version to version.
                                             {"absl::container_internal::", "(anonymous namespace)::", ""},
                                             {"phmap::", "container_internal::", "priv::"},  // until 1.33
                                             {"unordered_dense::", "v", ""},
                                             {"std::", "__8::", ""},
                                             {"std::", "__cxx1998::", ""},
                                             {"std::", "__debug::", ""},
                                             {"std::", "__ndk1::", "__1::"},
                                             {"std::", "__Cr::", "__1::"},
                                             {"std::", "__2::", "__1::"},
                                             {"std::", "__fs::", ""}}};

/// Length of the version namespace at the start of `text`, 0 if there is none. `before` is the name up to there.
/// Sets `instead` to the replacement.
std::size_t version_length(std::string_view before, std::string_view text, std::string_view& instead) {
  for (const Version& version : kVersions) {
    if (!before.ends_with(version.behind) || !text.starts_with(version.start)) continue;
    instead = version.instead;
    if (version.start.ends_with("::")) return version.start.size();
    std::size_t end = version.start.size();
    if (end == text.size() || !is_digit(text[end])) continue;
    while (end < text.size() && is_identifier(text[end])) ++end;
    if (text.substr(end).starts_with("::")) return end + 2;
  }
  return 0;
}

/// A path in Rust's legacy mangling without the hash at its end: "::h" and 16 digits.
std::string_view without_hash(std::string_view path) {
  constexpr std::size_t kHashLength = 19;
  if (path.size() <= kHashLength) return path;
  const std::string_view end = path.substr(path.size() - kHashLength);
  const auto is_hexadecimal = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
  const bool is_hash = end.starts_with("::h") && std::all_of(end.begin() + 3, end.end(), is_hexadecimal);
  return is_hash ? path.substr(0, path.size() - kHashLength) : path;
}

/// The same without its generics, which are between $LT$ and $GT$.
std::string without_generics(std::string_view name) {
  std::string path;
  std::size_t depth = 0;
  if (name.starts_with("_$LT$")) {  // <Type as Trait>::function becomes Type::function
    name.remove_prefix(5);
    const std::size_t as = name.find("$u20$as$u20$");
    const std::size_t end = name.rfind("$GT$");
    if (as == name.npos || end == name.npos || end < as) return {};
    return without_generics(name.substr(0, as)) + without_generics(name.substr(end + 4));
  }
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name.substr(i).starts_with("$LT$")) {
      ++depth;
      i += 3;
    } else if (name.substr(i).starts_with("$GT$")) {
      depth -= depth > 0 ? 1 : 0;
      i += 3;
    } else if (depth == 0 && name.substr(i).starts_with("..")) {
      path += "::";
      ++i;
    } else if (depth == 0) {
      path += name[i];
    }
  }
  return path;
}

/// Without what compilers add to the name of a copy of a function: hash_add.isra.0, hash_add.part.0.cold.
std::string_view without_clone(std::string_view name) {
  for (;;) {
    std::string_view rest = name;
    while (!rest.empty() && is_digit(rest.back())) rest.remove_suffix(1);
    if (rest.size() < name.size() && rest.ends_with('.')) rest.remove_suffix(1);
    const std::size_t dot = rest.rfind('.');
    if (dot == rest.npos || dot == 0) return name;
    const std::string_view word = rest.substr(dot + 1);
    if (word != "isra" && word != "constprop" && word != "part" && word != "cold" && word != "lto_priv") return name;
    if (rest.size() == name.size() && word != "cold") return name;  // the others have a number
    name = name.substr(0, dot);
  }
}

/// The scope in a mangled C++ name, up to the first template arguments, or the name itself if it has none before its
/// end. The names of generic lambdas are not readable for demanglers, but whose they are is.
std::string mangled_scope(std::string_view name) {
  name.remove_prefix(2);
  while (name.starts_with('Z')) name.remove_prefix(1);
  if (!name.starts_with('N')) return {};
  name.remove_prefix(1);
  while (!name.empty() && std::string_view("KVrRO").find(name.front()) != name.npos) name.remove_prefix(1);
  std::string path;
  if (name.starts_with("St")) {
    path = "std";
    name.remove_prefix(2);
  }
  while (!name.empty() && is_digit(name.front())) {
    std::size_t length = 0;
    while (!name.empty() && is_digit(name.front()) && length <= name.size()) {
      length = length * 10 + std::size_t(name.front() - '0');
      name.remove_prefix(1);
    }
    if (length == 0 || length > name.size()) break;
    path += path.empty() ? "" : "::";
    path += name.substr(0, length);
    name.remove_prefix(length);
  }
  return path;
}

}  // namespace

std::string without_versions(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    std::string_view instead;
    const bool at_component = i > 2 && text[i - 1] == ':' && text[i - 2] == ':';
    const std::size_t length = at_component ? version_length(out, text.substr(i), instead) : 0;
    if (length == 0) {
      out += text[i++];
    } else {
      out += instead;
      i += length;
    }
  }
  return out;
}

std::string pattern_name(std::string_view function) {
  if (function.starts_with("_R")) return rust_path(function);
  function = without_clone(function);
  if (function.starts_with("_Z")) {
    if (const std::string scope = mangled_scope(function); !scope.empty()) return without_versions(scope);
  }
  std::string name(without_hash(qualified_name(function)));
  if (name.find('$') != name.npos) name = without_generics(name);
  return without_versions(name);
}

Role role_of(std::string_view function, std::string_view file) {
  const std::string name = pattern_name(function);
  Role role = index().find(name);
  if (role.owner == Owner::kCommon && !file.empty()) {
    file.remove_prefix(file.rfind('/') + 1);  // npos + 1 is 0
    for (const Role& common : index().find_common(name)) {
      if (common.source != file) continue;
      role = common;
      role.owner = Owner::kTable;
    }
  }
  if (role.owner == Owner::kUser && function.find("+0x") != function.npos) role.owner = Owner::kNameless;
  return role;
}

std::vector<Role> common_roles(std::string_view function) { return index().find_common(pattern_name(function)); }

}  // namespace bucketprof::recognize
