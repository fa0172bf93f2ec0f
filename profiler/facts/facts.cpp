// SPDX-License-Identifier: Apache-2.0
#include "profiler/facts/facts.h"

#include <string_view>
#include <utility>

#include "profiler/base/saturating.h"

namespace bucketprof::facts {

Facts read_facts(const model::Profile& profile) {
  Facts facts;
  if (!profile.mappings.empty()) facts.program = profile.str(profile.mappings[0].file);
  facts.time_nanos = profile.time_nanos;
  facts.period = profile.period;
  for (const model::StringId id : profile.comments) {
    const std::string_view comment = profile.str(id);
    if (const auto version = model::read_version(comment)) facts.version = *version;
    if (const auto moment = model::read_moment(comment)) facts.moments.push_back(*moment);
    if (const auto left_out = model::read_classified(comment)) {
      facts.classified = true;
      for (std::size_t i = 0; i < left_out->size(); ++i) add_saturated(facts.other.values[i], (*left_out)[i]);
    }
    if (const auto looks = model::read_looks(comment)) add_saturated(facts.looks_rejected, looks->rejected);
    const auto losses = model::read_counts(model::kCommentLosses, comment);
    if (!losses) continue;
    for (const auto& [key, lost] : *losses) {
      if (lost == 0 || !std::in_range<std::int64_t>(lost)) continue;
      add_saturated(facts.losses[std::string(key)], static_cast<std::int64_t>(lost));
    }
  }
  return facts;
}

}  // namespace bucketprof::facts
