// SPDX-License-Identifier: Apache-2.0
//
// Symbolizes one file after the other, and its addresses in ascending order, because each file's index caches the last
// function that was looked up.
#include "profiler/symbolize/symbolize.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string_view>

#include "profiler/symbolize/binary.h"
#include "profiler/symbolize/profile_interner.h"

namespace bucketprof::symbolize {
namespace {

constexpr std::size_t kProgressStep = 256;

bool is_wanted(const model::Profile& profile, const model::Location& location) {
  return location.lines.empty() && location.mapping < profile.mappings.size() &&
         !profile.mappings[location.mapping].has_functions;
}

class Symbolizer {
 public:
  Symbolizer(model::Profile& profile, const SymbolizeOptions& options)
      : profile_(profile), options_(options), interner_(profile) {}

  Outcome run() {
    std::vector<std::vector<model::LocationId>> wanted(profile_.mappings.size());
    for (std::size_t i = 0; i < profile_.locations.size(); ++i) {
      if (!is_wanted(profile_, profile_.locations[i])) continue;
      wanted[profile_.locations[i].mapping].push_back(static_cast<model::LocationId>(i));
      ++total_;
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (!wanted[i].empty()) fill(profile_.mappings[i], wanted[i]);
      settle(static_cast<model::MappingId>(i), wanted[i]);
    }
    for (const auto& [file, count] : refused_) {
      outcome_.notes.push_back(fmt::format("{}; {} of its code addresses stay without names", problems_[file], count));
    }
    for (const auto& [file, binary] : binaries_) {
      if (binary == nullptr) continue;
      if (const std::string problem = binary->problem(); !problem.empty()) {
        outcome_.notes.push_back(fmt::format("{}: {}", file, problem));
      }
    }
    return std::move(outcome_);
  }

 private:
  static std::uint64_t file_offset(const model::Mapping& mapping, std::uint64_t address) {
    return address - mapping.start + mapping.offset;
  }

  // The file of a mapping, opened once; nullptr if it cannot be used (problems_ then has the reason).
  Binary* open(const std::string& file, Reads reads) {
    const auto known = binaries_.find(file);
    if (known != binaries_.end()) return known->second.get();
    auto opened = Binary::open(file, options_.debug_dirs, reads == Reads::kAll);
    if (!opened.ok()) problems_[file] = opened.error();
    return (binaries_[file] = opened.ok() ? std::move(opened).value() : nullptr).get();
  }

  Binary* usable(const model::Mapping& mapping) {
    const std::string file(profile_.str(mapping.file));
    if (!file.starts_with('/')) return nullptr;  // [vdso], anonymous memory
    const auto reads = options_.reads.find(mapping.file);
    if (reads != options_.reads.end() && reads->second == Reads::kNothing) return nullptr;
    if (options_.begins) options_.begins(mapping.file);
    Binary* binary = open(file, reads == options_.reads.end() ? Reads::kAll : reads->second);
    const std::string_view id = profile_.str(mapping.build_id);
    if (binary == nullptr || id.empty() || binary->build_id().empty() || id == binary->build_id()) return binary;
    problems_[file] = fmt::format("{}: build id {} is not the profiled program's {}: the file was rebuilt or replaced",
                                  file, binary->build_id(), id);
    return nullptr;
  }

  void fill(const model::Mapping& mapping, std::vector<model::LocationId>& wanted) {
    Binary* binary = usable(mapping);
    if (binary == nullptr) {
      const std::string file(profile_.str(mapping.file));
      if (problems_.contains(file)) refused_[file] += wanted.size();
      advance(wanted.size());
      return;
    }
    std::sort(wanted.begin(), wanted.end(), [&](model::LocationId a, model::LocationId b) {
      return profile_.locations[a].address < profile_.locations[b].address;
    });
    for (const model::LocationId id : wanted) {
      model::Location& location = profile_.locations[id];
      const auto address = binary->address_of_offset(file_offset(mapping, location.address));
      if (address) {
        for (const NamedFrame& frame : binary->frames(*address)) location.lines.push_back(line_of(frame));
      }
      advance(1);
    }
  }

  model::Line line_of(const NamedFrame& frame) {
    const model::Function function{interner_.string(frame.name), interner_.string(frame.system_name),
                                   interner_.string(frame.file), frame.start_line};
    return {interner_.function(function), frame.line};
  }

  // If the mapping got any name, gives `file+0x1234` names to its other locations, and marks the mapping as symbolized.
  void settle(model::MappingId id, const std::vector<model::LocationId>& wanted) {
    model::Mapping& mapping = profile_.mappings[id];
    std::size_t named = 0;
    for (const model::LocationId location : wanted) named += profile_.locations[location].lines.empty() ? 0 : 1;
    outcome_.named += named;
    outcome_.unnamed += wanted.size() - named;
    if (named == 0) return;
    const std::string file(profile_.str(mapping.file));
    const std::string base = std::filesystem::path(file).filename().native();
    for (const model::LocationId location_id : wanted) {
      model::Location& location = profile_.locations[location_id];
      if (!location.lines.empty()) continue;
      const std::uint64_t offset = file_offset(mapping, location.address);
      const model::StringId name =
          interner_.string(fmt::format("{}+{:#x}", base, binaries_[file]->address_of_offset(offset).value_or(offset)));
      location.lines.push_back({interner_.function({name, name, 0, 0}), 0});
    }
    mark(id, mapping);
  }

  void mark(model::MappingId id, model::Mapping& mapping) {
    bool every = true;
    for (const model::Location& location : profile_.locations) {
      if (location.mapping != id) continue;
      every = every && !location.lines.empty();
      mapping.has_inline_frames = mapping.has_inline_frames || location.lines.size() > 1;
      for (const model::Line& line : location.lines) {
        mapping.has_filenames = mapping.has_filenames || profile_.functions[line.function].file != 0;
        mapping.has_line_numbers = mapping.has_line_numbers || line.line != 0;
      }
    }
    mapping.has_functions = every;
  }

  void advance(std::size_t count) {
    const std::size_t before = done_;
    done_ += count;
    if (options_.progress && before / kProgressStep != done_ / kProgressStep) options_.progress(done_, total_);
  }

  model::Profile& profile_;
  const SymbolizeOptions& options_;
  ProfileInterner interner_;
  std::map<std::string, std::unique_ptr<Binary>> binaries_;
  std::map<std::string, std::string> problems_;  // by file
  std::map<std::string, std::size_t> refused_;   // number of addresses without names, by file
  std::size_t done_ = 0;
  std::size_t total_ = 0;
  Outcome outcome_;
};

}  // namespace

bool has_unnamed(const model::Profile& profile) {
  return std::any_of(profile.locations.begin(), profile.locations.end(),
                     [&profile](const model::Location& location) { return is_wanted(profile, location); });
}

Outcome symbolize(model::Profile& profile, const SymbolizeOptions& options) {
  return Symbolizer(profile, options).run();
}

}  // namespace bucketprof::symbolize
