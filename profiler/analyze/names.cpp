// SPDX-License-Identifier: Apache-2.0
#include "profiler/analyze/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include "profiler/base/saturating.h"
#include "profiler/facts/sample_facts.h"
#include "profiler/recognize/implementations.h"

namespace bucketprof::analyze {
namespace {

using recognize::Owner;

constexpr std::size_t kMostModules = 3;  // named in a sentence
constexpr std::int64_t kMuchBare = 10;   // a tenth of the bytes

/// "33 %", "0.4 %"; never "0 %" or "100 %" for a part that is neither.
std::string percent_of(std::int64_t part, std::int64_t whole) {
  if (whole <= 0 || part >= whole) return "100 %";
  const double percent = 100 * static_cast<double>(part) / static_cast<double>(whole);
  if (percent < 0.1) return "less than 0.1 %";
  return percent < 10 || percent > 99 ? fmt::format("{:.1f} %", std::min(percent, 99.9))
                                      : fmt::format("{:.0f} %", percent);
}

/// Whether a package of the distribution has the file.
bool is_system(std::string_view file) {
  return (file.starts_with("/usr/") && !file.starts_with("/usr/local/")) || file.starts_with("/lib") ||
         file.starts_with("/bin/") || file.starts_with("/sbin/");
}

/// "60 % of the bytes: app 40 %, libfoo.so.1 20 %"
std::string modules_of(const NamelessCode& code, std::int64_t all) {
  std::string text = percent_of(code.bytes, all) + " of the bytes:";
  for (std::size_t i = 0; i < std::min(code.modules.size(), kMostModules); ++i) {
    const std::string& file = code.modules[i].file;
    text += fmt::format("{} {} {}", i == 0 ? "" : ",", file.empty() ? "unknown code" : file.substr(file.rfind('/') + 1),
                        percent_of(code.modules[i].bytes, all));
  }
  if (code.modules.size() > kMostModules) text += fmt::format(" and {} more", code.modules.size() - kMostModules);
  return text;
}

/// Where the names of the largest modules are to be had.
std::string remedy_of(const NamelessCode& code) {
  bool is_of_system = false;
  bool is_of_user = false;
  for (std::size_t i = 0; i < std::min(code.modules.size(), kMostModules); ++i)
    (is_system(code.modules[i].file) ? is_of_system : is_of_user) = true;
  std::string text = "Names are in files that are at hand and";
  if (is_of_user) text += " built with -g and not stripped";
  if (is_of_user && is_of_system) text += ", or";
  if (is_of_system) text += " have the distribution's debug packages (-dbgsym, -debuginfo)";
  return text +
         "; other debug files (debuginfod-find gets them) belong below a folder that BUCKETPROF_DEBUG_DIRS names";
}

class NameCounter {
 public:
  explicit NameCounter(const model::Profile& profile)
      : profile_(profile), reader_(profile), owners_(profile.functions.size()), used_(profile.locations.size()) {}

  NamelessShare run() && {
    Files unnamed;
    Files bare;
    for (std::size_t i = 0; i < profile_.samples.size(); ++i) {
      for (const model::LocationId id : profile_.stack(i)) used_[id] = true;
      const facts::SampleValues& amounts = reader_.read(i).amounts;
      const std::int64_t bytes =
          reader_.has()[model::kAllocSpace] ? amounts.values[model::kAllocSpace] : amounts.weight;
      add_saturated(share_.bytes, bytes);
      const By by = allocated_by(i);
      if (by.lacks == Lacks::kNothing) continue;
      const model::MappingId mapping = profile_.locations[by.location].mapping;
      Files& files = by.lacks == Lacks::kName ? unnamed : bare;
      add_saturated(files[mapping == model::kNone ? 0 : profile_.mappings[mapping].file], bytes);
    }
    for (std::size_t i = 0; i < used_.size(); ++i) {
      if (!used_[i]) continue;
      ++share_.addresses;
      if (is_nameless(profile_.locations[i])) ++share_.nameless;
    }
    share_.unnamed = code_of(unnamed);
    share_.bare = code_of(bare);
    return std::move(share_);
  }

 private:
  using Files = std::map<model::StringId, std::int64_t>;  // bytes by file of a mapping
  enum class Lacks : std::uint8_t { kNothing, kName, kDebugInformation };
  struct By {
    model::LocationId location = 0;
    Lacks lacks = Lacks::kNothing;
  };

  Owner owner(model::FunctionId id) {
    std::optional<Owner>& known = owners_[id];
    if (!known) {
      const model::Function& function = profile_.functions[id];
      known = recognize::role_of(profile_.str(function.name), profile_.str(function.file)).owner;
    }
    return *known;
  }

  bool is_nameless(const model::Location& location) {
    return location.lines.empty() || owner(location.lines.front().function) == Owner::kNameless;
  }

  /// By the innermost frame that is no allocator's. A table that was recognized all the same lacks nothing.
  By allocated_by(std::size_t sample) {
    for (const model::LocationId id : profile_.stack(sample)) {
      const model::Location& location = profile_.locations[id];
      if (location.lines.empty()) return {id, Lacks::kName};
      for (const model::Line& line : location.lines) {
        const Owner by = owner(line.function);
        if (by == Owner::kNameless) return {id, Lacks::kName};
        if (by == Owner::kAllocator) continue;
        const bool is_bare = by == Owner::kUser && profile_.functions[line.function].file == 0;
        return {id, is_bare ? Lacks::kDebugInformation : Lacks::kNothing};
      }
    }
    return {};
  }

  NamelessCode code_of(const Files& files) const {
    NamelessCode code;
    for (const auto& [file, bytes] : files) {
      add_saturated(code.bytes, bytes);
      code.modules.push_back({std::string(profile_.str(file)), bytes});
    }
    std::sort(code.modules.begin(), code.modules.end(), [](const NamelessModule& a, const NamelessModule& b) {
      return a.bytes != b.bytes ? a.bytes > b.bytes : a.file < b.file;
    });
    return code;
  }

  const model::Profile& profile_;
  facts::SampleReader reader_;
  std::vector<std::optional<Owner>> owners_;  // by function; nullopt: not yet looked up
  std::vector<bool> used_;                    // by location: in a stack
  NamelessShare share_;
};

}  // namespace

std::vector<std::string> sentences_on_names(const NamelessShare& share, bool by_name, bool no_table) {
  const bool is_unnamed = by_name && share.unnamed.bytes > 0;
  // Some library's code is always bare.
  const bool is_bare = by_name && share.bare.bytes > 0 && share.bare.bytes >= share.bytes / kMuchBare;
  std::vector<std::string> sentences;
  if (no_table && (is_unnamed || is_bare)) {
    sentences.emplace_back("tables: none was recognized, for want of function names or because there is none");
  } else if (no_table) {
    sentences.push_back(std::string("tables: no stack has a known one") +
                        (share.bytes == 0 ? ""
                                          : ", although the functions that allocate have names; "
                                            "docs/implementations.md lists those that are known"));
  }
  if (share.nameless > 0) {
    std::string text = fmt::format("function names of {} of {} code addresses", share.nameless, share.addresses);
    if (is_unnamed) {
      text += fmt::format("; code without them allocated {}; no table can be recognized there. {}",
                          modules_of(share.unnamed, share.bytes), remedy_of(share.unnamed));
    } else {
      text += ": their files are not at hand, or have none";
    }
    sentences.push_back(std::move(text));
  }
  if (is_bare)
    sentences.push_back(
        fmt::format("names of inlined functions: code without debug information allocated {}; tables "
                    "that were inlined there cannot be recognized. {}",
                    modules_of(share.bare, share.bytes), remedy_of(share.bare)));
  return sentences;
}

NamelessShare nameless_share(const model::Profile& profile) { return NameCounter(profile).run(); }

}  // namespace bucketprof::analyze
