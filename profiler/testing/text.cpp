// SPDX-License-Identifier: Apache-2.0
//
// Call sites are symbolized as in the tool: through a profile, which is made for the purpose.
#include "profiler/testing/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "profiler/base/grouped.h"
#include "profiler/publish/publish.h"
#include "profiler/recognize/frames.h"
#include "profiler/record/recorder.h"
#include "profiler/symbolize/symbolize.h"
#include "profiler/tables/names.h"

namespace bucketprof::testing {
namespace {

std::string counted(std::int64_t number, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", grouped(number), number == 1 ? singular : plural);
}
std::string bytes(std::int64_t number) { return counted(number, "byte", "bytes"); }
std::string objects(std::int64_t number) { return counted(number, "object", "objects"); }

/// A symbolized profile with one sample for each row, in the same order.
model::Profile profile_of(const std::vector<UsedRow>& rows) {
  record::Recorder& recorder = record::recorder();
  record::Snapshot snapshot = recorder.snapshot(At::kNow);
  snapshot.rows.truncate(0);
  for (const UsedRow& row : rows) {
    const auto allocs = static_cast<std::uint64_t>(row.amounts.allocated_objects);
    if (!snapshot.rows.push_back({.site = row.site, .allocs = allocs})) break;
  }
  model::Profile profile = publish::to_profile(snapshot, recorder);
  symbolize::symbolize(profile);
  return profile;
}

/// The texts in the line of a call site, without the numbers.
struct Place {
  std::string table;
  std::string what;
  std::string caller;
  friend auto operator<=>(const Place&, const Place&) = default;  // NOLINT(modernize-use-nullptr)
};

std::string caller_text(const recognize::Frame& caller) {
  if (caller.file.empty()) return caller.function;
  return fmt::format("{} {}:{}", caller.function, caller.file, caller.line);
}

}  // namespace

std::string sums_text(const Used& used) {
  const Amounts& sum = used.amounts();
  std::string text = fmt::format("allocated {} in {}", bytes(sum.allocated_bytes), objects(sum.allocated_objects));
  if (used.peak_bytes().has_value()) text += fmt::format(", at most {} at once", bytes(*used.peak_bytes()));
  text += fmt::format(", {} in {} in use, {} of slack, {}", bytes(sum.inuse_bytes), objects(sum.inuse_objects),
                      bytes(sum.slack_bytes), counted(used.rehashes(), "rehash", "rehashes"));
  if (!used.fault().empty()) text += "; not to be trusted: " + used.fault();
  return text;
}

std::string sites_text(const Used& used, std::size_t most) {
  if (used.rows().empty()) return {};
  const model::Profile profile = profile_of(used.rows());
  const recognize::Frames frames(profile);
  std::map<Place, Amounts> sums;
  for (std::size_t i = 0; i < std::min(profile.samples.size(), used.rows().size()); ++i) {
    const UsedRow& row = used.rows()[i];
    sums[{.table = row.table,
          .what = fmt::format("{} {}", row.kind, tables::name_of(row.part)),
          .caller = caller_text(frames.describe(frames.caller(i)))}] += row.amounts;
  }
  std::vector<std::pair<Place, Amounts>> sites(sums.begin(), sums.end());
  std::stable_sort(sites.begin(), sites.end(),
                   [](const auto& a, const auto& b) { return a.second.allocated_bytes > b.second.allocated_bytes; });

  std::string text;
  for (std::size_t i = 0; i < std::min(most, sites.size()); ++i) {
    const auto& [place, sum] = sites[i];
    text += fmt::format("\n    {} in {}: {} ({}), {}", bytes(sum.allocated_bytes), objects(sum.allocated_objects),
                        place.table, place.what, place.caller);
  }
  if (sites.size() > most) {
    const auto others = static_cast<std::int64_t>(sites.size() - most);
    text += fmt::format("\n    and {}", counted(others, "more site", "more sites"));
  }
  return text;
}

}  // namespace bucketprof::testing
